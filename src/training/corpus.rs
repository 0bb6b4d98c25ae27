//! Reads the text corpora for pre-training: which folders, how often each text is drawn, and the weak labels that
//! come with it. Leaves to others: the labelled messages (`messages`), masking (`pretrain`).

use std::path::{Path, PathBuf};

use super::random::Random;
use crate::inference::Pieces;
use crate::inference::text::fold;
use crate::nlu::normalize::normalize;
use crate::nlu::{Catalogue, Segmenter};

/// A file that could not be read.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {reason}; name the folder of the corpora with --corpora")]
pub struct CorpusError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong.
    pub reason: String,
}

/// One text with what is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct RawText {
    /// The text.
    pub text: String,
    /// The turn before it, or the other half of a pair; empty where there is none.
    pub before: String,
    /// The weak label: which question, which answer.
    pub label: Option<(Question, String)>,
    /// How many times it is drawn per pass.
    pub weight: f32,
}

/// What a weak label answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Question {
    /// Is a review good?
    Polarity,
    /// What does a post feel?
    Feeling,
    /// What does a shopper want, as a machine saw it?
    WeakIntent,
    /// Do two questions mean the same?
    Same,
}

impl Question {
    /// Every question.
    pub const ALL: [Question; 4] = [Question::Polarity, Question::Feeling, Question::WeakIntent, Question::Same];
}

/// Longest review that is read, in characters: beyond that it repeats itself.
const LONGEST: usize = 90;

/// Reads all corpora below `corpora`, and the messages of `messages` (train.tsv) with the turns before them.
pub fn read_texts(corpora: &Path, messages: &Path) -> Result<Vec<RawText>, CorpusError> {
    let mut texts = Vec::new();
    let mut push = |text: &str, before: &str, label: Option<(Question, &str)>, weight: f32| {
        let text: String = text.chars().take(LONGEST).collect();
        if text.trim().chars().count() >= 2 {
            let label = label.map(|(question, answer)| (question, answer.to_owned()));
            texts.push(RawText { text, before: before.to_owned(), label, weight });
        }
    };
    let lines = |name: &str| read_lines(&corpora.join(name));
    for line in lines("chat/unlabelled.txt")? {
        push(&line, "", None, 3.0);
    }
    for row in read_lines(messages)?.iter().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let weak = cells.get(6).filter(|weak| !weak.is_empty()).map(|weak| (Question::WeakIntent, *weak));
        push(cells.get(3).unwrap_or(&""), cells.get(2).unwrap_or(&""), weak, 4.0);
    }
    for row in lines("chat_summaries/questions.tsv")?.iter().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let question = cells.get(1).unwrap_or(&"").trim_start_matches("用户询问").trim_start_matches("用户");
        push(question, "", Some((Question::WeakIntent, cells[0])), 1.5);
    }
    for row in lines("online_shopping/train.tsv")?.iter().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        push(cells.get(2).unwrap_or(&""), "", Some((Question::Polarity, cells[0])), 0.6);
    }
    for row in lines("waimai/train.tsv")?.iter().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        push(cells.get(1).unwrap_or(&""), "", Some((Question::Polarity, cells[0])), 0.6);
    }
    for line in lines("eprstmt/unlabelled.txt")? {
        push(&line, "", None, 0.4);
    }
    for row in lines("weibo_emotion/train.tsv")?.iter().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        push(cells.get(1).unwrap_or(&""), "", Some((Question::Feeling, cells[0])), 0.5);
    }
    for row in lines("paraphrase/atec.tsv")?.iter().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        push(cells.get(1).unwrap_or(&""), cells.get(2).unwrap_or(&""), Some((Question::Same, cells[0])), 0.4);
    }
    for line in lines("out_of_scope/assistant_chat.txt")? {
        push(&line, "", None, 0.5);
    }
    for line in lines("product_titles/jd_titles.txt")? {
        push(&line, "", None, 0.1);
    }
    for line in lines("product_titles/queries.txt")? {
        push(&line, "", None, 0.1);
    }
    Ok(texts)
}

/// The lines of a file of text.
pub fn read_lines(path: &Path) -> Result<Vec<String>, CorpusError> {
    let failed = |reason: String| CorpusError { path: path.to_owned(), reason };
    let bytes = std::fs::read(path).map_err(|error| failed(error.to_string()))?;
    Ok(String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect())
}

/// A text cut into pieces, ready to be masked.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Piece ids with frame.
    pub ids: Vec<u32>,
    /// Segments.
    pub segments: Vec<u8>,
    /// Per piece: 0 frame or punctuation (never masked), 1 begins a word, 2 goes on with it.
    pub words: Vec<u8>,
    /// Range of the question's answers among all answers, and the answer.
    pub label: Option<(usize, usize, usize)>,
    /// Times drawn per pass.
    pub weight: f32,
}

/// The weak labels' answers, each question's in a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers(Vec<(Question, String)>);

/// An answer seen fewer times says too little to be learned.
const RAREST_ANSWER: usize = 8;

impl Answers {
    /// The answers that are seen often enough.
    pub fn collect(texts: &[RawText]) -> Self {
        let mut counts = std::collections::BTreeMap::<(usize, &str), usize>::new();
        for (question, answer) in texts.iter().filter_map(|text| text.label.as_ref()) {
            let place = Question::ALL.iter().position(|other| other == question).unwrap_or(0);
            *counts.entry((place, answer)).or_default() += 1;
        }
        let frequent = counts.into_iter().filter(|(_, count)| *count >= RAREST_ANSWER);
        Answers(frequent.map(|((place, answer), _)| (Question::ALL[place], answer.to_owned())).collect())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The range of a question's answers and the place of one of them.
    pub fn place(&self, question: Question, answer: &str) -> Option<(usize, usize, usize)> {
        let at = self.0.iter().position(|(q, a)| *q == question && a == answer)?;
        let start = self.0.iter().position(|(q, _)| *q == question)?;
        let count = self.0.iter().filter(|(q, _)| *q == question).count();
        Some((start, start + count, at))
    }
}

/// Cuts all texts.
pub fn cut_texts(texts: &[RawText], pieces: &Pieces, answers: &Answers) -> Vec<Document> {
    let segmenter = Segmenter::new(&Catalogue::default());
    texts
        .iter()
        .map(|text| {
            let (message, message_words) = cut_words(&text.text, pieces, &segmenter);
            let (before, before_words) = cut_words(&text.before, pieces, &segmenter);
            // Cut from the front so that what `frame_pieces` keeps stays aligned with the words.
            let message_end = message.len().min(LONGEST - 10);
            let before_start = before.len().saturating_sub(36);
            let encoded = pieces.frame_pieces(&message[..message_end], &before[before_start..]);
            let mut words = vec![0];
            words.extend_from_slice(&message_words[..message_end]);
            words.push(0);
            if before_start < before.len() {
                words.extend_from_slice(&before_words[before_start..]);
                words.push(0);
            }
            debug_assert_eq!(words.len(), encoded.ids.len());
            let label = text.label.as_ref().and_then(|(question, answer)| answers.place(*question, answer));
            Document { ids: encoded.ids, segments: encoded.segments, words, label, weight: text.weight }
        })
        .filter(|document| document.ids.len() == document.words.len() && document.ids.len() > 3)
        .collect()
}

fn cut_words(text: &str, pieces: &Pieces, segmenter: &Segmenter) -> (Vec<u32>, Vec<u8>) {
    let folded = fold(&normalize(text).text);
    let (ids, offsets) = pieces.cut(&folded);
    let mut starts = std::collections::HashSet::new();
    for word in segmenter.words(&folded) {
        starts.insert(word.as_ptr() as usize - folded.as_ptr() as usize);
    }
    let words = offsets
        .iter()
        .map(|(start, end)| {
            let piece = folded.get(*start..*end).unwrap_or("");
            let says_something = piece.chars().any(char::is_alphanumeric);
            match (says_something, starts.contains(start)) {
                (false, _) => 0,
                (true, true) => 1,
                (true, false) => 2,
            }
        })
        .collect();
    (ids, words)
}

/// Draws one pass: each document as often as its weight says, in random order.
pub fn draw_pass(documents: &[Document], random: &mut Random) -> Vec<usize> {
    let mut order = Vec::new();
    for (index, document) in documents.iter().enumerate() {
        let whole = document.weight.floor();
        let times = whole as usize + usize::from(random.chance(document.weight - whole));
        order.extend(std::iter::repeat_n(index, times));
    }
    random.shuffle(&mut order);
    order
}
