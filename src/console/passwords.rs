//! Passwords: Argon2id with the parameters that OWASP names (19 MiB, 2 passes, 1 lane), a few at a time so that
//! sign-ins cannot use up the machine. Leaves to others: the throttle (`store`).

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

/// How many passwords are hashed at once.
static HASHING: Semaphore = Semaphore::const_new(2);
/// The fewest letters.
const SHORTEST: usize = 10;
/// The most bytes.
const LONGEST: usize = 256;

/// Why a password cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too short or too long.
    #[error("a password has at least {SHORTEST} letters and at most {LONGEST} bytes")]
    Length,
    /// The two are not the same.
    #[error("the two passwords are not the same")]
    Different,
    /// Hashing failed.
    #[error("the password cannot be hashed: {0}")]
    Hash(String),
}

fn hasher() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).expect("the parameters are valid: this is a bug");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// What is kept of a new password.
pub async fn hash_password(password: &str) -> Result<String, PasswordError> {
    if password.chars().count() < SHORTEST || password.len() > LONGEST {
        return Err(PasswordError::Length);
    }
    let password = password.to_owned();
    run(move || {
        let hash =
            hasher().hash_password(password.as_bytes()).map_err(|error| PasswordError::Hash(error.to_string()))?;
        Ok(hash.to_string())
    })
    .await
}

/// Whether this is the password. Without a kept one it takes as long and says no, so that time does not tell which
/// accounts exist.
pub(super) async fn is_password(password: &str, kept: Option<&str>) -> bool {
    let password = password.to_owned();
    let kept = kept.map(str::to_owned);
    run(move || {
        let Some(kept) = kept else {
            // The result is of no use; only the time counts.
            let _ = hasher().hash_password(password.as_bytes());
            return Ok(false);
        };
        let hash = PasswordHash::new(&kept).map_err(|error| PasswordError::Hash(error.to_string()))?;
        Ok(password.len() <= LONGEST && hasher().verify_password(password.as_bytes(), &hash).is_ok())
    })
    .await
    .unwrap_or(false)
}

async fn run<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
) -> Result<T, PasswordError> {
    let _place = HASHING.acquire().await.map_err(|error| PasswordError::Hash(error.to_string()))?;
    tokio::task::spawn_blocking(work).await.map_err(|error| PasswordError::Hash(error.to_string()))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_known_again_and_no_other() {
        let kept = hash_password("correct horse").await.unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(is_password("correct horse", Some(&kept)).await);
        assert!(!is_password("correct horsf", Some(&kept)).await);
        assert!(!is_password("correct horse", None).await);
        assert_eq!(hash_password("short").await, Err(PasswordError::Length));
    }
}
