//! The wide part beside the encoder: character n-grams (1 to 4) of the folded text, the frequent ones kept by
//! fingerprint, each with one weight per output (Cheng et al. 2016, "Wide & Deep"). It remembers fixed phrases that a
//! small encoder blurs. Leaves to others: which n-grams are kept and their weights (`training`).

/// The n-grams of a text as indices of the kept ones, with weights of length 1 together.
pub type Sparse = Vec<(u32, f32)>;

/// The kept n-grams: fingerprints in rising order, each with its inverse document frequency.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Grams {
    fingerprints: Vec<u32>,
    rarity: Vec<f32>,
}

/// Longest n-gram.
const LONGEST: usize = 4;
/// Characters read of a message; what follows says little that is new.
const READ: usize = 200;

impl Grams {
    /// From fingerprints in rising order; none if they are not, or the two lists differ in length.
    pub fn new(fingerprints: Vec<u32>, rarity: Vec<f32>) -> Option<Self> {
        let rising = fingerprints.windows(2).all(|pair| pair[0] < pair[1]);
        (rising && fingerprints.len() == rarity.len()).then_some(Grams { fingerprints, rarity })
    }

    /// How many are kept.
    pub fn len(&self) -> usize {
        self.fingerprints.len()
    }

    /// Whether none is kept.
    pub fn is_empty(&self) -> bool {
        self.fingerprints.is_empty()
    }

    /// The fingerprints, rising.
    pub fn fingerprints(&self) -> &[u32] {
        &self.fingerprints
    }

    /// Their inverse document frequencies.
    pub fn rarity(&self) -> &[f32] {
        &self.rarity
    }

    /// The kept n-grams of a folded text: tf (1 + ln n) · idf, scaled to length 1.
    pub fn read(&self, folded: &str) -> Sparse {
        let mut found: Vec<u32> = fingerprints(folded)
            .into_iter()
            .filter_map(|print| self.fingerprints.binary_search(&print).ok())
            .map(|index| index as u32)
            .collect();
        found.sort_unstable();
        let mut sparse: Sparse = Vec::with_capacity(found.len());
        for group in found.chunk_by(|a, b| a == b) {
            let times = group.len() as f32;
            sparse.push((group[0], (1.0 + times.ln()) * self.rarity[group[0] as usize]));
        }
        let length = sparse.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
        if length > 0.0 {
            sparse.iter_mut().for_each(|(_, weight)| *weight /= length);
        }
        sparse
    }
}

/// Fingerprints of all n-grams of a folded text, with both ends marked.
pub fn fingerprints(folded: &str) -> Vec<u32> {
    let characters: Vec<char> = std::iter::once('\u{2}')
        .chain(folded.chars().filter(|c| *c != ' ').take(READ))
        .chain(std::iter::once('\u{3}'))
        .collect();
    let mut prints = Vec::with_capacity(characters.len() * LONGEST);
    for start in 0..characters.len() {
        let mut state = 0xcbf2_9ce4_8422_2325u64;
        for character in characters[start..].iter().take(LONGEST) {
            // FNV-1a over the scalar values, then a final mix.
            state = (state ^ u64::from(u32::from(*character))).wrapping_mul(0x0000_0100_0000_01b3);
            prints.push(mix(state));
        }
    }
    prints
}

fn mix(mut state: u64) -> u32 {
    state ^= state >> 33;
    state = state.wrapping_mul(0xff51_afd7_ed55_8ccd);
    state ^= state >> 33;
    (state >> 16) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_grams_are_found_and_scaled() {
        let mut prints = fingerprints("退货");
        prints.sort_unstable();
        prints.dedup();
        let rarity = vec![1.0; prints.len()];
        let grams = Grams::new(prints, rarity).expect("rising");
        let sparse = grams.read("我要退货");
        assert!(!sparse.is_empty());
        let length: f32 = sparse.iter().map(|(_, weight)| weight * weight).sum();
        assert!((length - 1.0).abs() < 1e-5);
        assert!(grams.read("").len() <= 2);
        assert!(Grams::new(vec![2, 1], vec![1.0, 1.0]).is_none());
    }
}
