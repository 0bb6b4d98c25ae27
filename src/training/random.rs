//! A small seeded generator (xoshiro256++ by Blackman and Vigna) for shuffles, masks and dropout: training draws
//! millions of numbers per second and must be the same on every machine.

/// The generator.
#[derive(Debug, Clone)]
pub struct Random([u64; 4]);

impl Random {
    /// From a seed, through SplitMix64.
    pub fn new(seed: u64) -> Self {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ (z >> 31)
        };
        Random([next(), next(), next(), next()])
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        let s = &mut self.0;
        let result = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        result
    }

    /// From 0 up to 1.
    pub fn unit(&mut self) -> f32 {
        (self.bits() >> 40) as f32 / (1u64 << 24) as f32
    }

    /// Whether something of this probability happens.
    pub fn chance(&mut self, probability: f32) -> bool {
        self.unit() < probability
    }

    /// From 0 up to `end`, which must not be 0.
    pub fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.bits()) * end as u128) >> 64) as usize
    }

    /// Standard normal (Box–Muller), cut at two deviations.
    pub fn normal(&mut self) -> f32 {
        loop {
            let radius = (-2.0 * self.unit().max(1e-7).ln()).sqrt();
            let value = radius * (std::f32::consts::TAU * self.unit()).cos();
            if value.abs() <= 2.0 {
                return value;
            }
        }
    }

    /// Puts a list in random order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.below(last + 1));
        }
    }

    /// One byte per value: 0 with probability `share`, else 1.
    pub fn keep_mask(&mut self, length: usize, share: f32) -> Vec<u8> {
        let limit = (share * 256.0).round() as u16;
        let mut mask = Vec::with_capacity(length + 8);
        while mask.len() < length {
            mask.extend(self.bits().to_le_bytes().map(|byte| u8::from(u16::from(byte) >= limit)));
        }
        mask.truncate(length);
        mask
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_spread_as_promised() {
        let mut random = Random::new(7);
        let mean = (0..20_000).map(|_| random.unit()).sum::<f32>() / 20_000.0;
        assert!((mean - 0.5).abs() < 0.02, "{mean}");
        let kept = random.keep_mask(20_000, 0.1).iter().map(|kept| usize::from(*kept)).sum::<usize>();
        assert!((17_700..18_300).contains(&kept), "{kept}");
        assert!((0..1000).all(|_| random.below(3) < 3));
    }
}
