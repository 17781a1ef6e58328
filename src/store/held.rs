//! Whoever holds a transaction takes no second connection.
//!
//! PostgreSQL's connections are a pool: when as many transactions as it has connections each wait for one more, they wait for
//! each other until all of them give up. And what is read beside a transaction does not see what it has written. Debug builds,
//! and so every test, stop there and name the place; release builds do not look.

#[cfg(debug_assertions)]
pub(super) use looking::{Held, none};
#[cfg(not(debug_assertions))]
pub(super) use trusting::{Held, none};

#[cfg(debug_assertions)]
mod looking {
    use std::collections::HashSet;
    use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

    use tokio::task::{Id, try_id};

    static HOLDING: LazyLock<Mutex<HashSet<Id>>> = LazyLock::new(Mutex::default);

    fn holding() -> MutexGuard<'static, HashSet<Id>> {
        HOLDING.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says that this task holds a transaction, until it is dropped. A thread's first future is no task and is not known.
    pub struct Held(Option<Id>);

    impl Held {
        pub fn here() -> Self {
            let id = try_id();
            holding().extend(id);
            Self(id)
        }
    }

    impl Drop for Held {
        fn drop(&mut self) {
            if let Some(id) = &self.0 {
                holding().remove(id);
            }
        }
    }

    /// Panics if this task holds a transaction.
    #[track_caller]
    pub fn none() {
        let held = try_id().is_some_and(|id| holding().contains(&id));
        assert!(!held, "a connection is asked for by a task that holds a transaction; use the transaction");
    }
}

#[cfg(not(debug_assertions))]
mod trusting {
    pub struct Held;

    impl Held {
        pub fn here() -> Self {
            Self
        }
    }

    pub fn none() {}
}
