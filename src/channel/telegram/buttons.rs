//! Callback data: a signed name of a button below one of our messages. The press itself stays in the outbox, so the
//! data is short, says nothing, cannot be made up, and is good in its own chat only.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// A button: the message's number in the outbox, row and column, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ButtonName {
    /// The message's number in the outbox.
    pub message: i64,
    /// The row.
    pub row: usize,
    /// The column.
    pub column: usize,
}

/// Signs and checks callback data.
#[derive(Clone)]
pub struct ButtonKey([u8; 32]);

impl ButtonKey {
    /// From the bot's token: who knows that could press anything anyhow.
    pub fn from_token(token: &str) -> Self {
        ButtonKey(Sha256::digest(format!("xiaoer buttons {token}")).into())
    }

    /// The callback data, at most 64 bytes.
    pub fn sign(&self, name: ButtonName, chat: &str) -> String {
        let text = format!("{:x}.{:x}.{:x}", name.message, name.row, name.column);
        let signature = self.signature(&text, chat);
        format!("{text}.{signature}")
    }

    /// The button, if the data was signed here for this chat.
    pub fn check(&self, data: &str, chat: &str) -> Option<ButtonName> {
        let (text, signature) = data.rsplit_once('.')?;
        if !bool::from(self.signature(text, chat).as_bytes().ct_eq(signature.as_bytes())) {
            return None;
        }
        let mut parts = text.split('.');
        let message = i64::from_str_radix(parts.next()?, 16).ok()?;
        let row = usize::from_str_radix(parts.next()?, 16).ok()?;
        let column = usize::from_str_radix(parts.next()?, 16).ok()?;
        parts.next().is_none().then_some(ButtonName { message, row, column })
    }

    /// 80 bits of HMAC-SHA256, in hexadecimal.
    fn signature(&self, text: &str, chat: &str) -> String {
        let mac = hmac_sha256(&self.0, format!("{text}|{chat}").as_bytes());
        mac[..10].iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl std::fmt::Debug for ButtonKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("ButtonKey")
    }
}

/// RFC 2104 over SHA-256, for keys of at most 64 bytes.
fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut block = [0u8; 64];
    block[..key.len()].copy_from_slice(key);
    let pad = |with: u8| block.map(|byte| byte ^ with);
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mac_is_that_of_rfc_4231() {
        let mac = hmac_sha256(b"Jefe", b"what do ya want for nothing?");
        let hex: String = mac.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    #[test]
    fn data_is_short_and_good_in_its_own_chat_only() {
        let key = ButtonKey::from_token("1:abc");
        let name = ButtonName { message: i64::MAX, row: 99, column: 7 };
        let data = key.sign(name, "-1001234567890");
        assert!(data.len() <= 64, "{}", data.len());
        assert_eq!(key.check(&data, "-1001234567890"), Some(name));
        let forged = data.replacen("63", "62", 1);
        let other = ButtonKey::from_token("2:abc");
        for (key, data, chat) in [
            (&key, data.as_str(), "5"),
            (&key, forged.as_str(), "-1001234567890"),
            (&other, data.as_str(), "-1001234567890"),
            (&key, "", "5"),
            (&key, "1.2.3", "5"),
            (&key, "....", "5"),
        ] {
            assert_eq!(key.check(data, chat), None, "{data} in {chat}");
        }
    }
}
