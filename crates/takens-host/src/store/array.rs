//! Arrays as the store keeps them: compressed, with a checksum.

use ndarray::{Array2, ArrayView2};
use std::io::Write as _;

/// Rows, columns, then the numbers in row order, compressed.
pub(super) fn pack(values: ArrayView2<f64>) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(16 + 8 * values.len());
    bytes.extend((values.nrows() as u64).to_le_bytes());
    bytes.extend((values.ncols() as u64).to_le_bytes());
    for value in values.iter() {
        bytes.extend(value.to_le_bytes());
    }
    let mut encoder = zstd::Encoder::new(Vec::new(), 3).expect("level 3 exists");
    encoder.include_checksum(true).expect("every frame may have a checksum");
    encoder.write_all(&bytes).and_then(|()| encoder.finish()).expect("memory can be written")
}

/// The array; `None` if the bytes are not what [`pack`] made.
pub(crate) fn unpack(blob: &[u8]) -> Option<Array2<f64>> {
    let bytes = zstd::decode_all(blob).ok()?;
    let word = |place: usize| {
        Some(<[u8; 8]>::try_from(bytes.get(place..place + 8)?).expect("eight bytes"))
    };
    let rows = usize::try_from(u64::from_le_bytes(word(0)?)).ok()?;
    let columns = usize::try_from(u64::from_le_bytes(word(8)?)).ok()?;
    let numbers = bytes[16..]
        .chunks_exact(8)
        .map(|chunk| f64::from_le_bytes(chunk.try_into().expect("eight bytes")));
    Array2::from_shape_vec((rows, columns), numbers.collect()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn an_array_comes_back_bit_for_bit_or_not_at_all() {
        let values = array![[1.0, -0.0], [f64::NAN, f64::MIN_POSITIVE]];
        let blob = pack(values.view());
        let bits = |array: &Array2<f64>| array.mapv(f64::to_bits);
        assert_eq!(bits(&unpack(&blob).unwrap()), bits(&values));
        for place in 0..blob.len() {
            let mut hurt = blob.clone();
            hurt[place] ^= 0x10;
            assert!(unpack(&hurt).is_none_or(|array| bits(&array) == bits(&values)), "{place}");
        }
        assert!(unpack(&blob[..blob.len() - 1]).is_none());
    }
}
