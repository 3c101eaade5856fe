//! The envelope of a saved model: whose it is, and whether it is whole.
//!
//! [`seal`] wraps the bytes that a method saves, [`open`] gives them back to the same method alone. A method
//! in Rust is sealed by its own side, so that it refuses foreign bytes under any host; a host seals
//! what it keeps of methods in any language.
//!
//! All numbers are little-endian: the text `TAKENSMD`, a revision (`u32`), id and version of the method
//! (each a length, `u32`, and UTF-8), the hash of the parameters (32 bytes), the body (a length, `u64`, and
//! bytes), and the blake3 hash of all that comes before it (32 bytes).

use serde_json::Value;

const MAGIC: &[u8; 8] = b"TAKENSMD";
const REVISION: u32 = 1;

/// Whose model it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Id of the method.
    pub method: String,
    /// Version of the method.
    pub version: String,
    /// Hash of the parameters: see [`params_hash`].
    pub params: [u8; 32],
}

/// Why bytes are not a saved model of this method.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EnvelopeError {
    /// Something else altogether.
    #[error("not a saved model: {0} bytes that do not begin as one")]
    Foreign(usize),
    /// From a later version of the envelope.
    #[error("a saved model of revision {0}, this version reads {REVISION}; save it again")]
    Revision(u32),
    /// Cut off, or changed.
    #[error("the saved model is damaged: {0}; save it again")]
    Damaged(&'static str),
    /// Whole, but another method's.
    #[error("the model was saved by {found}; this is {want}")]
    Other {
        /// Who saved it.
        found: String,
        /// Who was asked to load it.
        want: String,
    },
    /// The same method's, with other parameters.
    #[error("the model was saved with other parameters; make the instance with the same ones")]
    Params,
}

/// The hash of parameters: blake3 of the canonical text of the completed parameters.
///
/// `whole` is what [`params::complete`](crate::params::complete) gives, so that what is left out and
/// what is given as its default are the same.
#[must_use]
pub fn params_hash(whole: &Value) -> [u8; 32] {
    *blake3::hash(whole.to_string().as_bytes()).as_bytes()
}

/// Puts `body` into an envelope.
#[must_use]
pub fn seal(origin: &Origin, body: &[u8]) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend(REVISION.to_le_bytes());
    for text in [&origin.method, &origin.version] {
        bytes.extend((text.len() as u32).to_le_bytes());
        bytes.extend(text.as_bytes());
    }
    bytes.extend(origin.params);
    bytes.extend((body.len() as u64).to_le_bytes());
    bytes.extend(body);
    let hash = blake3::hash(&bytes);
    bytes.extend(hash.as_bytes());
    bytes
}

/// The body of an envelope, if it is whole and `origin`'s.
///
/// # Errors
/// [`EnvelopeError`]: what is wrong with it and what to do.
pub fn open<'a>(origin: &Origin, bytes: &'a [u8]) -> Result<&'a [u8], EnvelopeError> {
    let (found, body) = read(bytes)?;
    if (&found.method, &found.version) != (&origin.method, &origin.version) {
        let name = |origin: &Origin| format!("{} {}", origin.method, origin.version);
        return Err(EnvelopeError::Other { found: name(&found), want: name(origin) });
    }
    if found.params != origin.params {
        return Err(EnvelopeError::Params);
    }
    Ok(body)
}

/// Whose model it is, and the body, if it is whole.
///
/// # Errors
/// [`EnvelopeError`].
pub fn read(bytes: &[u8]) -> Result<(Origin, &[u8]), EnvelopeError> {
    let inside = bytes.strip_prefix(MAGIC).ok_or(EnvelopeError::Foreign(bytes.len()))?;
    let cut = || EnvelopeError::Damaged("it is cut off");
    let mut input = inside;
    let mut take = |count: usize| {
        let (head, tail) = input.split_at_checked(count).ok_or_else(cut)?;
        input = tail;
        Ok::<&[u8], EnvelopeError>(head)
    };
    let revision = number(take(4)?);
    if revision != u64::from(REVISION) {
        return Err(EnvelopeError::Revision(revision as u32));
    }
    let mut text = || {
        let length = number(take(4)?) as usize;
        let text = std::str::from_utf8(take(length)?);
        text.map(str::to_owned).map_err(|_| EnvelopeError::Damaged("a name is not UTF-8"))
    };
    let (method, version) = (text()?, text()?);
    let mut params = [0; 32];
    params.copy_from_slice(take(32)?);
    let length = usize::try_from(number(take(8)?)).map_err(|_| cut())?;
    let body = take(length)?;
    let hash = take(32)?;
    if !input.is_empty() {
        return Err(EnvelopeError::Damaged("there is more behind its end"));
    }
    if blake3::hash(&bytes[..bytes.len() - 32]).as_bytes() != hash {
        return Err(EnvelopeError::Damaged("its checksum does not fit"));
    }
    Ok((Origin { method, version, params }, body))
}

/// A little-endian number of up to eight bytes.
fn number(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(method: &str) -> Origin {
        let params = params_hash(&serde_json::json!({"units": 5}));
        Origin { method: method.into(), version: "0.1.0".into(), params }
    }

    #[test]
    fn what_was_sealed_is_opened_by_its_owner_alone() {
        let sealed = seal(&origin("esn"), b"weights");
        assert_eq!(open(&origin("esn"), &sealed), Ok(&b"weights"[..]));
        let other = open(&origin("mean"), &sealed).unwrap_err().to_string();
        assert_eq!(other, "the model was saved by esn 0.1.0; this is mean 0.1.0");
        let elsewise = Origin { params: [0; 32], ..origin("esn") };
        assert_eq!(open(&elsewise, &sealed), Err(EnvelopeError::Params));
        assert_eq!(open(&origin("esn"), b""), Err(EnvelopeError::Foreign(0)));
    }

    #[test]
    fn any_harm_is_noticed() {
        let sealed = seal(&origin("esn"), b"weights");
        for length in 0..sealed.len() {
            assert!(open(&origin("esn"), &sealed[..length]).is_err(), "cut to {length}");
        }
        for place in 0..sealed.len() {
            for bit in 0..8 {
                let mut harmed = sealed.clone();
                harmed[place] ^= 1 << bit;
                assert!(open(&origin("esn"), &harmed).is_err(), "bit {bit} of byte {place}");
            }
        }
        let longer = [&sealed[..], b"x"].concat();
        assert!(matches!(open(&origin("esn"), &longer), Err(EnvelopeError::Damaged(_))));
    }
}
