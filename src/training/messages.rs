//! Reads labelled messages for fine-tuning and measuring: the shared training file, labels joined to chat by a hash
//! of the text, our own utterances, and texts that are surely no business of a shop. Leaves to others: the corpora
//! without such labels (`corpus`).

use std::collections::HashMap;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::corpus::{CorpusError, read_lines};
use crate::domain::{Emotion, Intent};
use crate::nlu::normalize::normalize;

/// One message with what is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Its id where it has one; else empty.
    pub id: String,
    /// The text in normal form.
    pub text: String,
    /// The turn before it.
    pub before: Option<String>,
    /// Intents, main one first; empty where only other things are known.
    pub intents: Vec<Intent>,
    /// Whether two readers agreed on the main one.
    pub agreed: bool,
    /// The mood, if known.
    pub emotion: Option<Emotion>,
    /// A second reader's mood, where it differs.
    pub other_emotion: Option<Emotion>,
    /// Whether it is no business of a shop, if known.
    pub out_of_scope: Option<bool>,
    /// Whether a person must see it, if known.
    pub escalate: Option<bool>,
    /// Whether a review praises, if it is one.
    pub praises: Option<bool>,
    /// How much it counts for intents and mood.
    pub weight: f32,
    /// How much it counts for scope and danger.
    pub side_weight: f32,
    /// Which part of the data it belongs to.
    pub part: Part,
}

/// What a message is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// To learn from.
    Learn,
    /// To choose by.
    Validate,
    /// To calibrate with.
    Calibrate,
}

/// Which part a text belongs to, by its hash: 1 in 25 each for choosing and calibrating, so that no run moves one.
pub fn part(text: &str) -> Part {
    let digest = Sha256::digest(text.trim().as_bytes());
    match digest[0] as usize * 256 + digest[1] as usize {
        0..2622 => Part::Validate,
        2622..5244 => Part::Calibrate,
        _ => Part::Learn,
    }
}

fn plain(text: &str) -> Message {
    Message {
        id: String::new(),
        text: normalize(text).text,
        before: None,
        intents: Vec::new(),
        agreed: false,
        emotion: None,
        other_emotion: None,
        out_of_scope: None,
        escalate: None,
        praises: None,
        weight: 1.0,
        side_weight: 1.0,
        part: part(text),
    }
}

fn bad(path: &Path, line: usize, reason: impl std::fmt::Display) -> CorpusError {
    CorpusError { path: path.to_owned(), reason: format!("line {line}: {reason}") }
}

/// Reads intents divided by `|`.
pub fn parse_intents(cell: &str) -> Result<Vec<Intent>, crate::domain::UnknownName> {
    cell.split('|').map(str::trim).filter(|name| !name.is_empty()).map(str::parse).collect()
}

/// Reads a file with a head line naming `text`, `intents`, `emotion` and maybe `id`, `prev`, `agreed`: train.tsv,
/// dev.tsv and files like them.
pub fn read_labelled(path: &Path) -> Result<Vec<Message>, CorpusError> {
    let lines = read_lines(path)?;
    let head: Vec<&str> = lines.first().map(|line| line.split('\t').collect()).unwrap_or_default();
    let column = |name: &str| head.iter().position(|other| other.trim() == name);
    let (Some(text), Some(intents)) = (column("text"), column("intents")) else {
        return Err(bad(path, 1, "the head line must name text and intents"));
    };
    let (id, before, agreed, emotion) = (column("id"), column("prev"), column("agreed"), column("emotion"));
    let mut messages = Vec::new();
    for (number, line) in lines.iter().enumerate().skip(1).filter(|(_, line)| !line.is_empty()) {
        let cells: Vec<&str> = line.split('\t').collect();
        let cell = |at: Option<usize>| at.and_then(|at| cells.get(at)).map(|cell| cell.trim()).unwrap_or("");
        let mut message = plain(cell(Some(text)));
        message.id = cell(id).to_owned();
        message.before = Some(cell(before)).filter(|before| !before.is_empty()).map(|before| normalize(before).text);
        message.agreed = cell(agreed) == "1";
        message.intents = parse_intents(cell(Some(intents))).map_err(|error| bad(path, number + 1, error))?;
        let mood = cell(emotion);
        let mut moods = mood.split('|').filter(|mood| !mood.is_empty()).map(str::parse);
        message.emotion = moods.next().transpose().map_err(|error| bad(path, number + 1, error))?;
        message.other_emotion = moods.next().transpose().map_err(|error| bad(path, number + 1, error))?;
        infer(&mut message);
        messages.push(message);
    }
    Ok(messages)
}

/// What the intents say about scope and danger.
fn infer(message: &mut Message) {
    let has = |intent: Intent| message.intents.contains(&intent);
    message.escalate = Some(has(Intent::SafetyIncident) || has(Intent::EscalationThreat));
    // Small talk lies on the border: it teaches neither side.
    let border = has(Intent::Chitchat) || has(Intent::Unclear) || has(Intent::Abuse);
    message.out_of_scope = if has(Intent::OutOfScope) { Some(true) } else { (!border).then_some(false) };
}

/// Reads our own utterances: few and written for what the shared messages lack, so they count more.
pub fn read_own(path: &Path) -> Result<Vec<Message>, CorpusError> {
    let messages = read_labelled(path)?;
    Ok(messages.into_iter().map(|message| Message { weight: 2.0, side_weight: 4.0, ..message }).collect())
}

/// Joins labels (`text_sha256`, `intents`, `emotion`) to the lines of `texts` by the first 16 hexadecimal digits of
/// each line's SHA-256.
pub fn read_joined(labels: &Path, texts: &Path) -> Result<Vec<Message>, CorpusError> {
    let by_key: HashMap<String, String> = read_lines(texts)?.into_iter().map(|line| (key(&line), line)).collect();
    let mut messages = Vec::new();
    for (number, line) in read_lines(labels)?.iter().enumerate().skip(1).filter(|(_, line)| !line.is_empty()) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [key, intents, emotion] = cells[..] else { return Err(bad(labels, number + 1, "has not three cells")) };
        let Some(text) = by_key.get(key) else { continue };
        let mut message = plain(text);
        message.intents = parse_intents(intents).map_err(|error| bad(labels, number + 1, error))?;
        message.emotion = Some(emotion.parse().map_err(|error| bad(labels, number + 1, error))?);
        infer(&mut message);
        messages.push(message);
    }
    Ok(messages)
}

/// The key of a text in a file of labels.
pub fn key(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// Texts said to a phone's assistant: surely out of scope where they are commands, chat or out of scope else.
pub fn read_assistant(corpora: &Path) -> Result<Vec<Message>, CorpusError> {
    let mut messages = Vec::new();
    for row in read_lines(&corpora.join("out_of_scope/assistant_commands.tsv"))?.iter().skip(1) {
        let Some((_, text)) = row.split_once('\t') else { continue };
        messages.push(Message { intents: vec![Intent::OutOfScope], weight: 0.5, ..assistant(text) });
    }
    for (index, text) in read_lines(&corpora.join("out_of_scope/assistant_chat.txt"))?.iter().enumerate() {
        if index % 4 == 1 && text.chars().count() >= 3 {
            messages.push(Message {
                intents: vec![Intent::OutOfScope, Intent::Chitchat],
                weight: 0.15,
                ..assistant(text)
            });
        }
    }
    Ok(messages)
}

fn assistant(text: &str) -> Message {
    Message { out_of_scope: Some(true), escalate: Some(false), ..plain(text) }
}

/// Reviews with praise or blame.
pub fn read_reviews(corpora: &Path) -> Result<Vec<Message>, CorpusError> {
    let mut messages = Vec::new();
    for (file, column) in [("online_shopping/train.tsv", 2), ("waimai/train.tsv", 1)] {
        for row in read_lines(&corpora.join(file))?.iter().skip(1) {
            let cells: Vec<&str> = row.split('\t').collect();
            let Some(text) = cells.get(column) else { continue };
            let text: String = text.chars().take(80).collect();
            messages.push(Message { praises: Some(cells[0] == "1"), ..plain(&text) });
        }
    }
    Ok(messages)
}

/// Reads a file of reviews to measure on: `label`, `text`.
pub fn read_polarity(path: &Path) -> Result<Vec<Message>, CorpusError> {
    let rows = read_lines(path)?;
    let rows = rows.iter().skip(1).filter_map(|row| row.split_once('\t'));
    Ok(rows.map(|(label, text)| Message { praises: Some(label == "1"), ..plain(text) }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_labelled_file_is_read_by_its_head() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("few.tsv");
        std::fs::write(
            &path,
            "id\tsource\tprev\ttext\tintents\tagreed\temotion\na\town\t好的\t给我退货\treturn_goods|complaint\t1\tangry|negative\n",
        )
        .expect("written");
        let messages = read_labelled(&path).expect("sound");
        assert_eq!(messages.len(), 1);
        assert_eq!(messages[0].intents, [Intent::ReturnGoods, Intent::Complaint]);
        assert_eq!(messages[0].before.as_deref(), Some("好的"));
        assert_eq!((messages[0].agreed, messages[0].emotion), (true, Some(Emotion::Angry)));
        assert_eq!(messages[0].other_emotion, Some(Emotion::Negative));
        std::fs::write(&path, "text\tintents\nx\tno_such\n").expect("written");
        let error = read_labelled(&path).expect_err("an unknown intent").to_string();
        assert!(error.contains("line 2"), "{error}");
    }

    #[test]
    fn labels_find_their_texts_by_hash() {
        let folder = tempfile::tempdir().expect("a folder");
        let (labels, texts) = (folder.path().join("labels.tsv"), folder.path().join("texts.txt"));
        std::fs::write(&texts, "什么时候发货\n谢谢\n").expect("written");
        let rows = format!("text_sha256\tintents\temotion\n{}\tthanks\tpositive\nffff\tthanks\tneutral\n", key("谢谢"));
        std::fs::write(&labels, rows).expect("written");
        let messages = read_joined(&labels, &texts).expect("sound");
        assert_eq!(messages.len(), 1);
        assert_eq!(messages[0].text, "谢谢");
    }
}
