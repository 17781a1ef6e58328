//! Passwords of agents: argon2id (RFC 9106) with the library's recommended costs.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};

/// Shortest password, in characters.
pub const CHARS_MIN: usize = 10;
/// Longest password, in characters: hashing must not become a way to keep the server busy.
pub const CHARS_MAX: usize = 200;

/// Why a password can not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too short or too long.
    #[error("Use {CHARS_MIN} to {CHARS_MAX} characters.")]
    Length,
    /// The hash could not be made or read.
    #[error("The password could not be processed. Try again.")]
    Hash,
}

/// Hashes a new password. Slow on purpose; call it off the event loop.
pub fn hash(password: &str) -> Result<String, PasswordError> {
    if !(CHARS_MIN..=CHARS_MAX).contains(&password.chars().count()) {
        return Err(PasswordError::Length);
    }
    let hash = Argon2::default().hash_password(password.as_bytes()).map_err(|_| PasswordError::Hash)?;
    Ok(hash.to_string())
}

/// Whether a password fits a stored hash. Without a stored one, as much time is spent and the answer is no, so that
/// nobody can tell which addresses exist.
pub fn verify(password: &str, stored: Option<&str>) -> bool {
    if password.chars().count() > CHARS_MAX {
        return false;
    }
    match stored.map(PasswordHash::new) {
        Some(Ok(parsed)) => Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok(),
        Some(Err(_)) | None => {
            drop(Argon2::default().hash_password(password.as_bytes()));
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_password_fits() {
        let stored = hash("correct horse battery").expect("hashed");
        assert!(verify("correct horse battery", Some(&stored)));
        assert!(!verify("correct horse batterz", Some(&stored)));
        assert!(!verify("correct horse battery", None));
        assert_eq!(hash("short"), Err(PasswordError::Length));
    }
}
