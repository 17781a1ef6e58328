//! Baton as its callers meet it: a whole application on a free port, with a database of its own for every test.
//!
//! A test drains what is due and moves the clock; it never sleeps for something to happen. Every test runs on SQLite or, with
//! BATON_TEST_POSTGRES_URL (the address of a server), on PostgreSQL.

#![expect(clippy::expect_used, reason = "in a test a surprise is a failure")]
#![expect(clippy::disallowed_methods, reason = "visitors and providers make their own ids, and live in real time")]

mod channels;
mod desk;
mod durability;
mod inbox;
mod itself;
mod knowledge;
mod llm;
mod operation;
mod pages;
mod phone;
mod properties;
mod settings;
mod slack;
mod support;
mod widget;
