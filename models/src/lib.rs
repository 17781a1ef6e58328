//! baton-encoder
