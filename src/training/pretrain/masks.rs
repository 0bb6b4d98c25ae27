//! Which words are hidden: whole words, most behind `[MASK]`, some behind another piece, some left. Leaves to others:
//! guessing them (`network`).

use crate::inference::trunk::Packed;
use crate::training::corpus::Document;
use crate::training::random::Random;

/// The pieces that masking needs to know.
#[derive(Debug, Clone, Copy)]
pub struct MaskPieces {
    /// `[MASK]`.
    pub mask: u32,
    /// The first piece that is a word: random replacements come from here on.
    pub first_word: u32,
    /// Pieces in the vocabulary.
    pub count: u32,
}

/// One batch with its masks.
#[derive(Debug, Default)]
pub(super) struct Masked {
    pub(super) batch: Packed,
    pub(super) guessed: Vec<usize>,
    pub(super) truths: Vec<u32>,
    pub(super) labels: Vec<Option<(usize, usize, usize)>>,
}

pub(super) fn mask(documents: &[&Document], share: f32, known: MaskPieces, random: &mut Random) -> Masked {
    let mut masked = Masked::default();
    for document in documents {
        let offset = masked.batch.len();
        masked.batch.push(&document.ids, &document.segments);
        masked.labels.push(document.label);
        let begins: Vec<usize> = (0..document.ids.len()).filter(|at| document.words[*at] == 1).collect();
        let maskable = document.words.iter().filter(|word| **word != 0).count();
        let mut wanted = (maskable as f32 * share + random.unit()) as isize;
        let mut order = begins;
        random.shuffle(&mut order);
        for begin in order {
            if wanted <= 0 {
                break;
            }
            let end = (begin + 1..document.ids.len()).find(|at| document.words[*at] != 2).unwrap_or(document.ids.len());
            if (end - begin) as isize > wanted + 2 {
                continue;
            }
            wanted -= (end - begin) as isize;
            let fate = random.unit();
            for at in begin..end {
                masked.guessed.push(offset + at);
                masked.truths.push(document.ids[at]);
                let shown = &mut masked.batch.ids[offset + at];
                if fate < 0.8 {
                    *shown = known.mask;
                } else if fate < 0.9 {
                    *shown = known.first_word + random.below((known.count - known.first_word) as usize) as u32;
                }
            }
        }
    }
    masked
}
