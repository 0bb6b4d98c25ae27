//! Our vocabulary: the pieces of Chinese BERT that the corpora really use, single digits and letters, and the marks.
//! Leaves to others: cutting (`inference`).

use std::path::Path;

use super::corpus::{CorpusError, RawText, read_lines};
use crate::inference::text::{MARKS, fold};
use crate::inference::{ModelError, Pieces, SPECIAL};

/// A piece seen fewer times becomes `[UNK]`.
const RAREST_PIECE: u32 = 6;
/// A Latin piece of several letters seen fewer times is spelled out.
const RAREST_WORD: u32 = 40;

/// Prunes the vocabulary of `file` (one piece a line) to what `texts` use.
pub fn prune(file: &Path, texts: &[RawText]) -> Result<Vec<String>, CorpusError> {
    let failed = |error: ModelError| CorpusError { path: file.to_owned(), reason: error.to_string() };
    let frame: Vec<String> = SPECIAL.iter().chain(MARKS).map(|piece| (*piece).to_owned()).collect();
    let candidates: Vec<String> = read_lines(file)?
        .into_iter()
        .filter(|piece| {
            let chinese_tail = piece.strip_prefix("##").is_some_and(|rest| !rest.is_ascii());
            let several_digits = piece.trim_start_matches("##").len() > 1
                && piece.trim_start_matches("##").bytes().any(|byte| byte.is_ascii_digit());
            !piece.is_empty() && !piece.starts_with('[') && !chinese_tail && !several_digits
        })
        .collect();
    let all: Vec<String> = frame.iter().cloned().chain(candidates).collect();
    let pieces = Pieces::from_vocabulary(&all, 128).map_err(failed)?;
    let mut counts = vec![0u32; all.len()];
    for text in texts {
        for part in [&text.text, &text.before] {
            for id in pieces.cut(&fold(part)).0 {
                counts[id as usize] += 1;
            }
        }
    }
    let kept = all.iter().enumerate().filter(|(index, piece)| {
        let bare = piece.trim_start_matches("##");
        let single = bare.chars().count() == 1;
        let enough = if single { RAREST_PIECE } else { RAREST_WORD };
        *index < frame.len() || (single && bare.is_ascii()) || counts[*index] >= enough
    });
    let mut vocabulary: Vec<String> = kept.map(|(_, piece)| piece.clone()).collect();
    for letter in (b'a'..=b'z').chain(b'0'..=b'9') {
        for piece in [format!("{}", char::from(letter)), format!("##{}", char::from(letter))] {
            if !vocabulary.contains(&piece) {
                vocabulary.push(piece);
            }
        }
    }
    Ok(vocabulary)
}
