//! baton-migrations
