//! A seal for each row: SQLite notices a damaged page, but not a flipped bit in a number.

use rusqlite::types::ValueRef;

/// The hash of a row's values, each with its type and length.
pub(super) fn seal<'a>(values: impl Iterator<Item = ValueRef<'a>>) -> Vec<u8> {
    // In one piece: that is hashed several times as fast as the values one by one.
    let mut row = Vec::new();
    for value in values {
        let (kind, bytes): (u8, &[u8]) = match value {
            ValueRef::Null => (0, &[]),
            ValueRef::Integer(number) => (1, &number.to_le_bytes()),
            ValueRef::Real(number) => (2, &number.to_le_bytes()),
            ValueRef::Text(text) => (3, text),
            ValueRef::Blob(blob) => (4, blob),
        };
        row.push(kind);
        row.extend((bytes.len() as u64).to_le_bytes());
        row.extend(bytes);
    }
    blake3::hash(&row).as_bytes()[..16].to_vec()
}

/// Whether the last value of a row is the seal of those before it.
pub(super) fn is_whole(row: &rusqlite::Row, columns: usize) -> rusqlite::Result<bool> {
    let before = (0..columns - 1).map(|place| row.get_ref(place));
    let values = before.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(row.get_ref(columns - 1)? == ValueRef::Blob(&seal(values.into_iter())))
}
