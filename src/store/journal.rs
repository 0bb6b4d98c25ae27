//! The journal of what was just sent: a small file beside the database that is written the moment the channel says
//! yes. A process that is killed between that moment and the commit finds it at its next start and sends nothing
//! again. It outlives the process, not a power cut; the database is the truth, this only shortens the doubt.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Mutex;

/// A file longer than this is emptied when nothing in it is still to be committed.
const MOST_BYTES: u64 = 64 * 1024;

/// One message, or one part of one, that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub outbound: i64,
    pub part: i64,
    /// Whether it was the last part.
    pub whole: bool,
    pub channel_message: Option<String>,
}

#[derive(Debug)]
pub(super) struct Journal {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    file: File,
    uncommitted: usize,
}

impl Journal {
    pub fn open(path: &Path) -> std::io::Result<Self> {
        let file = File::options().create(true).read(true).append(true).open(path)?;
        Ok(Journal { state: Mutex::new(State { file, uncommitted: 0 }) })
    }

    /// What an earlier life wrote; a line that was cut off is no entry.
    pub fn read(&self) -> std::io::Result<Vec<Entry>> {
        let mut state = self.lock();
        let mut text = String::new();
        state.file.seek(SeekFrom::Start(0))?;
        state.file.read_to_string(&mut text)?;
        Ok(text.split_inclusive('\n').filter_map(|line| parse(line.strip_suffix('\n')?)).collect())
    }

    /// Forgets what was read, once it is committed.
    pub fn empty(&self) -> std::io::Result<()> {
        self.lock().file.set_len(0)
    }

    /// Notes that something was sent.
    pub fn note(&self, entry: &Entry) -> std::io::Result<()> {
        let mut state = self.lock();
        let message = entry.channel_message.as_deref().unwrap_or("-");
        let whole = if entry.whole { "whole" } else { "part" };
        let line = format!("{} {} {whole} {message}\n", entry.outbound, entry.part);
        state.uncommitted += 1;
        state.file.write_all(line.as_bytes())
    }

    /// What was noted is committed.
    pub fn committed(&self) -> std::io::Result<()> {
        let mut state = self.lock();
        state.uncommitted = state.uncommitted.saturating_sub(1);
        if state.uncommitted == 0 && state.file.metadata()?.len() > MOST_BYTES {
            state.file.set_len(0)?;
        }
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn parse(line: &str) -> Option<Entry> {
    let mut words = line.split(' ');
    let (outbound, part) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    let whole = match words.next()? {
        "whole" => true,
        "part" => false,
        _ => return None,
    };
    let channel_message = Some(words.next()?).filter(|message| *message != "-").map(str::to_owned);
    words.next().is_none().then_some(Entry { outbound, part, whole, channel_message })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_noted_is_read_and_a_torn_line_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sent");
        let entry = |outbound, whole, message: Option<&str>| Entry {
            outbound,
            part: 1,
            whole,
            channel_message: message.map(str::to_owned),
        };
        let entries = [entry(7, true, Some("55")), entry(8, false, None)];
        let journal = Journal::open(&path).unwrap();
        for entry in &entries {
            journal.note(entry).unwrap();
        }
        drop(journal);
        let mut file = File::options().append(true).open(&path).unwrap();
        file.write_all(b"9 0 whole 5").unwrap();
        let journal = Journal::open(&path).unwrap();
        assert_eq!(journal.read().unwrap(), entries);
        journal.empty().unwrap();
        assert!(journal.read().unwrap().is_empty());
    }
}
