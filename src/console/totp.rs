//! One-time codes of an authenticator app (RFC 6238), if an account has switched them on.

use totp_rs::{Builder, Secret, Totp};

/// A new secret, as the app takes it: base 32.
pub(super) fn new_secret() -> String {
    Secret::from(rand::random::<[u8; 20]>().to_vec()).to_base32()
}

fn codes(secret: &str) -> Option<Totp> {
    let secret = Secret::try_from_base32(secret).ok()?;
    Builder::new().with_secret(secret).build().ok()
}

/// Whether the code is right now, or was or will be half a minute away.
pub(super) fn is_code(secret: &str, code: &str, now_millis: i64) -> bool {
    let seconds = u64::try_from(now_millis / 1000).unwrap_or(0);
    codes(secret).is_some_and(|codes| codes.check(code.trim(), seconds).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_good_around_its_half_minute() {
        let secret = new_secret();
        let code = codes(&secret).unwrap().generate(1_000_000).to_string();
        assert!(is_code(&secret, &code, 1_000_000_000));
        assert!(is_code(&secret, &code, 1_000_025_000));
        assert!(!is_code(&secret, &code, 1_000_120_000));
        assert!(!is_code(&secret, "", 1_000_000_000));
    }
}
