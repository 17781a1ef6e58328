//! Everything a browser sees.

pub mod error;
pub mod field;
pub mod html;
pub mod icon;
pub mod inbox;
pub mod moment;
pub mod page;
pub mod samples;
pub mod settings;
pub mod setup;
pub mod signin;
