//! The yardstick: a linear support vector machine on character 1–3-grams (TF-IDF, squared hinge, one against the
//! rest), solved by dual coordinate descent (Hsieh et al. 2008) as liblinear does. Leaves to others: figures.

use std::collections::HashMap;

use super::random::Random;

/// Cost of an error.
const COST: f32 = 0.5;
/// Passes over the rows at most.
const PASSES: usize = 25;

type Row = Vec<(u32, f32)>;

/// TF-IDF of character n-grams, with sublinear counts, scaled to length 1.
#[derive(Debug, Clone)]
pub struct Terms {
    places: HashMap<u64, u32>,
    rarity: Vec<f32>,
}

impl Terms {
    /// Counts the n-grams of `texts`.
    pub fn learn(texts: &[&str]) -> Self {
        let mut places = HashMap::new();
        let mut counts: Vec<f32> = Vec::new();
        for text in texts {
            let mut grams = grams(text);
            grams.sort_unstable();
            grams.dedup();
            for gram in grams {
                let place = *places.entry(gram).or_insert_with(|| {
                    counts.push(0.0);
                    counts.len() as u32 - 1
                });
                counts[place as usize] += 1.0;
            }
        }
        let total = texts.len() as f32;
        let rarity = counts.iter().map(|count| ((1.0 + total) / (1.0 + count)).ln() + 1.0).collect();
        Terms { places, rarity }
    }

    fn row(&self, text: &str) -> Row {
        let mut found: Vec<u32> = grams(text).iter().filter_map(|gram| self.places.get(gram).copied()).collect();
        found.sort_unstable();
        let mut row: Row = found
            .chunk_by(|a, b| a == b)
            .map(|group| (group[0], (1.0 + (group.len() as f32).ln()) * self.rarity[group[0] as usize]))
            .collect();
        let length = row.iter().map(|(_, value)| value * value).sum::<f32>().sqrt().max(1e-9);
        row.iter_mut().for_each(|(_, value)| *value /= length);
        // The intercept is one more feature that is always 1.
        row.push((self.rarity.len() as u32, 1.0));
        row
    }
}

fn grams(text: &str) -> Vec<u64> {
    let characters: Vec<char> = text.chars().flat_map(char::to_lowercase).collect();
    let mut grams = Vec::with_capacity(characters.len() * 3);
    for start in 0..characters.len() {
        let mut code = 0u64;
        for character in characters[start..].iter().take(3) {
            code = (code << 21) | (u64::from(u32::from(*character)) + 1);
            grams.push(code);
        }
    }
    grams
}

/// One machine per class.
#[derive(Debug, Clone)]
pub struct Linear {
    terms: Terms,
    weights: Vec<Option<Vec<f32>>>,
}

impl Linear {
    /// Learns `classes` classes from texts with one class each.
    pub fn learn(texts: &[&str], labels: &[usize], classes: usize) -> Self {
        let terms = Terms::learn(texts);
        let rows: Vec<Row> = texts.iter().map(|text| terms.row(text)).collect();
        let squares: Vec<f32> = rows.iter().map(|row| row.iter().map(|(_, value)| value * value).sum()).collect();
        let weights = (0..classes)
            .map(|class| {
                let signs: Vec<f32> = labels.iter().map(|label| if *label == class { 1.0 } else { -1.0 }).collect();
                signs.iter().any(|sign| *sign > 0.0).then(|| solve(&rows, &squares, &signs, terms.rarity.len() + 1))
            })
            .collect();
        Linear { terms, weights }
    }

    /// The class of a text.
    pub fn classify(&self, text: &str) -> usize {
        self.scores(text).iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(class, _)| class)
    }

    /// One score per class; minus infinity for one never seen.
    pub fn scores(&self, text: &str) -> Vec<f32> {
        let row = self.terms.row(text);
        let score = |weights: &Vec<f32>| row.iter().map(|(place, value)| weights[*place as usize] * value).sum();
        self.weights.iter().map(|weights| weights.as_ref().map_or(f32::NEG_INFINITY, score)).collect()
    }
}

fn solve(rows: &[Row], squares: &[f32], signs: &[f32], features: usize) -> Vec<f32> {
    let diagonal = 0.5 / COST;
    let mut weights = vec![0.0f32; features];
    let mut duals = vec![0.0f32; rows.len()];
    let mut active: Vec<usize> = (0..rows.len()).collect();
    let mut random = Random::new(1);
    for pass in 0..PASSES {
        random.shuffle(&mut active);
        let mut worst = 0.0f32;
        active.retain(|at| {
            let (row, sign) = (&rows[*at], signs[*at]);
            let score: f32 = row.iter().map(|(place, value)| weights[*place as usize] * value).sum();
            let slope = sign * score - 1.0 + diagonal * duals[*at];
            let projected = if duals[*at] == 0.0 { slope.min(0.0) } else { slope };
            if projected != 0.0 {
                worst = worst.max(projected.abs());
                let old = duals[*at];
                duals[*at] = (old - slope / (squares[*at] + diagonal)).max(0.0);
                let change = (duals[*at] - old) * sign;
                row.iter().for_each(|(place, value)| weights[*place as usize] += change * value);
            }
            // Far on the right side and at rest: it will hardly come back.
            !(pass > 2 && duals[*at] == 0.0 && slope > 0.3)
        });
        if worst < 0.02 {
            break;
        }
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_told_apart() {
        let texts = ["我要退货", "怎么退货", "退货流程", "什么时候发货", "发货了吗", "多久发货"];
        let model = Linear::learn(&texts, &[0, 0, 0, 1, 1, 1], 3);
        assert_eq!((model.classify("可以退货吗"), model.classify("还不发货")), (0, 1));
        assert_eq!(model.scores("x")[2], f32::NEG_INFINITY);
    }
}
