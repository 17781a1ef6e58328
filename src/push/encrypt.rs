//! Encryption of a notice for one browser: the key agreement of RFC 8291, in one record of `aes128gcm` (RFC 8188).

use ring::aead::{AES_128_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::error::Unspecified;
use ring::hkdf::{HKDF_SHA256, KeyType, Salt};
use ring::rand::{SecureRandom as _, SystemRandom};

use super::browser::{Keys, POINT_BYTES};

/// The one record there is may be so long; services take no more than this in any case.
const RECORD_BYTES: u32 = 4_096;
/// Salt, record size, and our key with its length.
const HEAD_BYTES: usize = SALT_BYTES + 4 + 1 + POINT_BYTES;
const SALT_BYTES: usize = 16;
/// Ends the last record.
const LAST: u8 = 2;
/// Longest text that fits, with the end of the record and the seal.
pub(super) const PLAIN_BYTES_MAX: usize = RECORD_BYTES as usize - HEAD_BYTES - 1 - 16;

/// Encrypts a text, with a key and a salt that are used this once.
pub(super) fn encrypt(browser: &Keys, plain: &[u8]) -> Result<Vec<u8>, Unspecified> {
    let random = SystemRandom::new();
    let mut salt = [0; SALT_BYTES];
    random.fill(&mut salt)?;
    let ours = EphemeralPrivateKey::generate(&ECDH_P256, &random)?;
    let point = ours.compute_public_key()?;
    let theirs = UnparsedPublicKey::new(&ECDH_P256, browser.point);
    agree_ephemeral(ours, &theirs, |shared| seal(browser, shared, point.as_ref(), salt, plain))?
}

/// The whole body, from the secret both sides agreed on.
fn seal(
    browser: &Keys,
    shared: &[u8],
    our_point: &[u8],
    salt: [u8; SALT_BYTES],
    plain: &[u8],
) -> Result<Vec<u8>, Unspecified> {
    if plain.len() > PLAIN_BYTES_MAX || our_point.len() != POINT_BYTES {
        return Err(Unspecified);
    }
    let material: [u8; 32] = derive(&browser.auth, shared, &[b"WebPush: info\0", &browser.point, our_point])?;
    let key: [u8; 16] = derive(&salt, &material, &[b"Content-Encoding: aes128gcm\0"])?;
    let nonce: [u8; NONCE_LEN] = derive(&salt, &material, &[b"Content-Encoding: nonce\0"])?;
    let mut record = [plain, &[LAST]].concat();
    LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key)?).seal_in_place_append_tag(
        Nonce::assume_unique_for_key(nonce),
        Aad::empty(),
        &mut record,
    )?;
    let point_bytes = [POINT_BYTES as u8];
    Ok([&salt[..], &RECORD_BYTES.to_be_bytes(), &point_bytes, our_point, &record].concat())
}

fn derive<const N: usize>(salt: &[u8], secret: &[u8], info: &[&[u8]]) -> Result<[u8; N], Unspecified> {
    struct Length(usize);
    impl KeyType for Length {
        fn len(&self) -> usize {
            self.0
        }
    }
    let mut derived = [0; N];
    Salt::new(HKDF_SHA256, salt).extract(secret).expand(info, Length(N))?.fill(&mut derived)?;
    Ok(derived)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use p256::{PublicKey, SecretKey};

    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).expect("base64url")
    }

    /// The values of RFC 8291, appendix A.
    const OUR_PRIVATE: &str = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
    const OUR_PUBLIC: &str = "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8";
    const THEIR_PRIVATE: &str = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94";
    const THEIR_PUBLIC: &str =
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";
    const SALT: &str = "DGv6ra1nlYgDCS1FRnbzlw";
    const SHARED: &str = "kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs";
    const BODY: &str = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";

    fn browser() -> Keys {
        Keys::of(&bytes(THEIR_PUBLIC), &bytes(AUTH)).expect("keys")
    }

    #[test]
    fn what_the_standard_shows_comes_out_byte_by_byte() {
        let salt = bytes(SALT).try_into().expect("16 bytes");
        let plain = b"When I grow up, I want to be a watermelon";
        let sealed = seal(&browser(), &bytes(SHARED), &bytes(OUR_PUBLIC), salt, plain).expect("sealed");
        assert_eq!(URL_SAFE_NO_PAD.encode(sealed), BODY);
    }

    #[test]
    fn both_sides_agree_on_the_standards_secret_and_their_keys_are_a_pair() {
        for (private, public, other) in
            [(OUR_PRIVATE, OUR_PUBLIC, THEIR_PUBLIC), (THEIR_PRIVATE, THEIR_PUBLIC, OUR_PUBLIC)]
        {
            let private = SecretKey::from_slice(&bytes(private)).expect("a key");
            assert_eq!(private.public_key().to_sec1_bytes().as_ref(), bytes(public));
            let other = PublicKey::from_sec1_bytes(&bytes(other)).expect("a point");
            assert_eq!(private.diffie_hellman(&other).raw_secret_bytes().as_slice(), bytes(SHARED));
        }
    }

    #[test]
    fn nothing_is_encrypted_for_a_point_beside_the_curve_nor_more_than_fits() {
        let mut beside = browser();
        beside.point[64] ^= 1;
        assert!(encrypt(&beside, b"Maya").is_err());
        assert_eq!(encrypt(&browser(), &[b'a'; PLAIN_BYTES_MAX]).expect("it fits").len(), RECORD_BYTES as usize);
        assert!(encrypt(&browser(), &[b'a'; PLAIN_BYTES_MAX + 1]).is_err());
        let (one, other) = (encrypt(&browser(), b"Maya"), encrypt(&browser(), b"Maya"));
        assert_ne!(one.expect("sealed"), other.expect("sealed"), "each has keys of its own");
    }
}
