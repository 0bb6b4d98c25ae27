//! From folded text to pieces: Hugging Face's `tokenizers`, from `tokenizer.json` or, for a foreign trunk, from its
//! `vocab.txt`. Leaves to others: folding (`text`), making our vocabulary (`training`).

use std::path::Path;

use tokenizers::Tokenizer;

use super::error::ModelError;
use super::parameters::broken;
use super::text::{MARKS, fold};

/// The pieces without text, in the order of their ids.
pub const SPECIAL: &[&str] = &["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

/// Pieces of the turn before that are read: its end says most.
const PREVIOUS: usize = 40;

/// Cuts texts into the pieces of one vocabulary.
#[derive(Debug, Clone)]
pub struct Pieces {
    tokenizer: Tokenizer,
    begin: u32,
    end: u32,
    longest: usize,
}

/// One text as the trunk reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    /// Piece ids with the first and last marks.
    pub ids: Vec<u32>,
    /// Segment of each piece.
    pub segments: Vec<u8>,
}

impl Pieces {
    /// Reads `tokenizer.json`'s bytes. `longest` is the trunk's number of positions.
    pub fn from_json(json: &[u8], longest: usize) -> Result<Self, ModelError> {
        let tokenizer = Tokenizer::from_bytes(json).map_err(|error| broken("tokenizer.json", error))?;
        Pieces::new(tokenizer, longest)
    }

    /// Reads a trunk's folder: `tokenizer.json` if it is there, else `vocab.txt`.
    pub fn from_folder(folder: &Path, longest: usize) -> Result<Self, ModelError> {
        let json = folder.join("tokenizer.json");
        if json.is_file() {
            return Pieces::from_json(&read(&json)?, longest);
        }
        let text = String::from_utf8(read(&folder.join("vocab.txt"))?).map_err(|error| broken("vocab.txt", error))?;
        let vocabulary: Vec<String> = text.lines().map(str::to_owned).collect();
        Pieces::new(word_pieces(&vocabulary).map_err(|error| broken("vocab.txt", error))?, longest)
    }

    fn new(mut tokenizer: Tokenizer, longest: usize) -> Result<Self, ModelError> {
        let find = |names: [&str; 2]| {
            names
                .iter()
                .find_map(|name| tokenizer.token_to_id(name))
                .ok_or_else(|| broken("tokenizer.json", format!("no {} among its pieces", names[0])))
        };
        let (begin, end) = (find(["[CLS]", "<s>"])?, find(["[SEP]", "</s>"])?);
        tokenizer.with_padding(None);
        tokenizer.with_truncation(None).map_err(|error| broken("tokenizer.json", error))?;
        Ok(Pieces { tokenizer, begin, end, longest: longest.min(128) })
    }

    /// Pieces in the vocabulary.
    pub fn vocabulary_size(&self) -> usize {
        self.tokenizer.get_vocab_size(true)
    }

    /// The id of a piece.
    pub fn id(&self, piece: &str) -> Option<u32> {
        self.tokenizer.token_to_id(piece)
    }

    /// The piece of an id.
    pub fn piece(&self, id: u32) -> Option<String> {
        self.tokenizer.id_to_token(id)
    }

    /// The marks of begin and end.
    pub fn frame(&self) -> (u32, u32) {
        (self.begin, self.end)
    }

    /// The pieces of a folded text without frame, with the byte range of each.
    pub fn cut(&self, folded: &str) -> (Vec<u32>, Vec<(usize, usize)>) {
        match self.tokenizer.encode(folded, false) {
            Ok(encoding) => (encoding.get_ids().to_vec(), encoding.get_offsets().to_vec()),
            Err(_) => (Vec::new(), Vec::new()),
        }
    }

    /// The message framed, with the end of the turn before as a second segment.
    pub fn encode(&self, text: &str, previous: Option<&str>) -> Encoded {
        let message = self.cut(&fold(text)).0;
        let before = previous.map(|text| self.cut(&fold(text)).0).unwrap_or_default();
        self.frame_pieces(&message, &before)
    }

    /// Frames pieces that are already cut.
    pub fn frame_pieces(&self, message: &[u32], before: &[u32]) -> Encoded {
        let before = &before[before.len().saturating_sub(PREVIOUS.min(self.longest / 3))..];
        let reserved = if before.is_empty() { 2 } else { 3 + before.len() };
        let room = self.longest.saturating_sub(reserved);
        let mut ids = Vec::with_capacity(message.len().min(room) + reserved);
        ids.push(self.begin);
        if message.len() > room {
            // The end of a long message holds its wish more often than the middle does.
            let head = room / 2;
            ids.extend_from_slice(&message[..head]);
            ids.extend_from_slice(&message[message.len() - (room - head)..]);
        } else {
            ids.extend_from_slice(message);
        }
        ids.push(self.end);
        let mut segments = vec![0; ids.len()];
        if !before.is_empty() {
            ids.extend_from_slice(before);
            ids.push(self.end);
            segments.resize(ids.len(), 1);
        }
        Encoded { ids, segments }
    }

    /// `tokenizer.json`'s text.
    pub fn to_json(&self) -> Result<String, ModelError> {
        self.tokenizer.to_string(true).map_err(|error| broken("tokenizer.json", error))
    }

    /// Makes our tokenizer from a vocabulary in order of ids; the first pieces are `[PAD] [UNK] [CLS] [SEP] [MASK]`
    /// and the marks.
    pub fn from_vocabulary(vocabulary: &[String], longest: usize) -> Result<Self, ModelError> {
        Pieces::new(word_pieces(vocabulary).map_err(|error| broken("vocabulary", error))?, longest)
    }
}

fn read(path: &Path) -> Result<Vec<u8>, ModelError> {
    std::fs::read(path).map_err(|error| ModelError::Absent { path: path.to_owned(), reason: error.to_string() })
}

/// BERT's WordPiece with single digits, every mark one piece.
fn word_pieces(vocabulary: &[String]) -> tokenizers::Result<Tokenizer> {
    let ids: serde_json::Map<String, serde_json::Value> =
        vocabulary.iter().enumerate().map(|(id, piece)| (piece.clone(), id.into())).collect();
    let added: Vec<serde_json::Value> = vocabulary
        .iter()
        .enumerate()
        .filter(|(_, piece)| SPECIAL.contains(&piece.as_str()) || MARKS.contains(&piece.as_str()))
        .map(|(id, piece)| {
            serde_json::json!({ "id": id, "content": piece, "single_word": false, "lstrip": false, "rstrip": false,
                "normalized": false, "special": true })
        })
        .collect();
    let json = serde_json::json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": added,
        "normalizer": { "type": "Sequence", "normalizers": [
            { "type": "NFKC" },
            { "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": false,
              "lowercase": true },
        ]},
        "pre_tokenizer": { "type": "Sequence", "pretokenizers": [
            { "type": "BertPreTokenizer" },
            { "type": "Digits", "individual_digits": true },
        ]},
        "post_processor": null, "decoder": null,
        "model": { "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 40, "vocab": ids },
    });
    json.to_string().parse()
}
