//! The model file: one block of bytes with named sections, checked by a checksum, mapped into memory as it is.
//!
//! ```text
//! 0   8  magic "XIAOERCF"
//! 8   4  version of the format, little-endian
//! 12  4  length of the header
//! 16  32 SHA-256 of everything from byte 48 on
//! 48  …  header in JSON: the sections and the card; then the sections, each aligned to 64 bytes
//! ```
//! Leaves to others: what the sections mean (`model`).

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

const MAGIC: &[u8; 8] = b"XIAOERCF";
/// The version of the format that this program writes and reads.
pub const FORMAT: u32 = 1;
const PREAMBLE: usize = 48;
const ALIGNMENT: usize = 64;

/// Why a model file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// The file cannot be opened, read or written.
    #[error("cannot use the model file {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// It is something else, or of a version that this program does not know.
    #[error("{path} is no model of this version ({problem}); train it anew with `xiaoer train recommender`")]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        problem: String,
    },
    /// The checksum does not fit the content.
    #[error("{0} is damaged: its checksum does not fit; go back to the last one or train anew")]
    Damaged(PathBuf),
}

/// Where a section lies.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Place {
    offset: usize,
    length: usize,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Header {
    sections: BTreeMap<String, Place>,
    card: serde_json::Value,
}

/// The bytes, aligned to 8, owned or mapped.
enum Bytes {
    Owned(Vec<u64>, usize),
    Mapped(memmap2::Mmap),
}

/// A checked model file in memory.
pub struct Image {
    bytes: Bytes,
    body: usize,
    header: Header,
}

impl std::fmt::Debug for Image {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Image").field("sections", &self.header.sections).finish_non_exhaustive()
    }
}

/// Gathers sections for a new file.
#[derive(Debug, Default)]
pub struct ImageWriter {
    sections: Vec<(String, Vec<u8>)>,
}

/// A number that a section can consist of.
pub trait Number: bytemuck::Pod {}
impl Number for u32 {}
impl Number for u64 {}
impl Number for i64 {}
impl Number for f32 {}

impl ImageWriter {
    /// Adds a section of numbers.
    pub fn numbers<T: Number>(&mut self, name: impl Into<String>, values: &[T]) {
        self.sections.push((name.into(), bytemuck::cast_slice(values).to_vec()));
    }

    /// The finished file, with a card that says what it is.
    pub fn finish(self, card: serde_json::Value) -> Image {
        let mut places = BTreeMap::new();
        let mut end = 0usize;
        for (name, content) in &self.sections {
            let offset = end.next_multiple_of(ALIGNMENT);
            places.insert(name.clone(), Place { offset, length: content.len() });
            end = offset + content.len();
        }
        let header = Header { sections: places, card };
        let text = serde_json::to_vec(&header).expect("a header of names and numbers is JSON: this is a bug");
        let body = (PREAMBLE + text.len()).next_multiple_of(ALIGNMENT);
        let length = body + end;
        let mut words = vec![0u64; length.div_ceil(8)];
        let bytes: &mut [u8] = bytemuck::cast_slice_mut(&mut words);
        bytes[PREAMBLE..PREAMBLE + text.len()].copy_from_slice(&text);
        for (name, content) in self.sections {
            let place = header.sections[&name];
            bytes[body + place.offset..][..place.length].copy_from_slice(&content);
        }
        let sum = Sha256::digest(&bytes[PREAMBLE..length]);
        bytes[..8].copy_from_slice(MAGIC);
        bytes[8..12].copy_from_slice(&FORMAT.to_le_bytes());
        bytes[12..16].copy_from_slice(&(text.len() as u32).to_le_bytes());
        bytes[16..PREAMBLE].copy_from_slice(&sum);
        Image { bytes: Bytes::Owned(words, length), body, header }
    }
}

impl Image {
    /// Maps a file and checks it.
    pub fn open(path: &Path) -> Result<Self, ImageError> {
        let io = |source| ImageError::Io { path: path.to_owned(), source };
        let file = std::fs::File::open(path).map_err(io)?;
        // SAFETY: a model file is written aside and renamed into place, never changed in place, so the mapped bytes stay
        // as they are while the map lives. Whoever overwrites it by hand breaks the promise that `write` keeps.
        #[allow(unsafe_code)]
        let map = unsafe { memmap2::Mmap::map(&file) }.map_err(io)?;
        Image::check(Bytes::Mapped(map), path)
    }

    fn check(bytes: Bytes, path: &Path) -> Result<Self, ImageError> {
        let foreign = |problem: &str| ImageError::Foreign { path: path.to_owned(), problem: problem.to_owned() };
        let all = bytes.all();
        if cfg!(target_endian = "big") {
            return Err(foreign("this machine is big-endian"));
        }
        if all.len() < PREAMBLE || &all[..8] != MAGIC {
            return Err(foreign("it does not begin as one"));
        }
        let number = |at: usize| u32::from_le_bytes([all[at], all[at + 1], all[at + 2], all[at + 3]]);
        if number(8) != FORMAT {
            return Err(foreign(&format!("it is of version {}, this program reads {FORMAT}", number(8))));
        }
        if Sha256::digest(&all[PREAMBLE..])[..] != all[16..PREAMBLE] {
            return Err(ImageError::Damaged(path.to_owned()));
        }
        let end = PREAMBLE + number(12) as usize;
        let text = all.get(PREAMBLE..end).ok_or_else(|| foreign("its header is cut off"))?;
        let header: Header = serde_json::from_slice(text).map_err(|error| foreign(&format!("its header: {error}")))?;
        let body = end.next_multiple_of(ALIGNMENT);
        for (name, place) in &header.sections {
            let end = place.offset.checked_add(place.length).and_then(|end| end.checked_add(body));
            if end.is_none_or(|end| end > all.len()) {
                return Err(foreign(&format!("its section {name} is cut off")));
            }
        }
        Ok(Image { body, header, bytes })
    }

    /// Writes the file beside `path` and renames it into place; what was there is kept as [`previous`].
    pub fn write(&self, path: &Path) -> Result<(), ImageError> {
        let io = |source| ImageError::Io { path: path.to_owned(), source };
        let fresh = with_suffix(path, "new");
        let mut file = std::fs::File::create(&fresh).map_err(io)?;
        file.write_all(self.bytes.all()).and_then(|()| file.sync_all()).map_err(io)?;
        if path.exists() {
            // A second name for the old file first, so that there is a file under `path` at every moment.
            let last = previous(path);
            if last.exists() {
                std::fs::remove_file(&last).map_err(io)?;
            }
            std::fs::hard_link(path, &last).or_else(|_| std::fs::copy(path, &last).map(|_| ())).map_err(io)?;
        }
        std::fs::rename(&fresh, path).map_err(io)
    }

    /// The card.
    pub fn card(&self) -> &serde_json::Value {
        &self.header.card
    }

    /// The numbers of a section; empty where there is none of this name or size.
    pub fn numbers<T: Number>(&self, name: &str) -> &[T] {
        let Some(place) = self.header.sections.get(name) else { return &[] };
        bytemuck::try_cast_slice(&self.bytes.all()[self.body + place.offset..][..place.length]).unwrap_or(&[])
    }

    /// The size in bytes.
    pub fn size(&self) -> usize {
        self.bytes.all().len()
    }

    /// The first 12 digits of the checksum: the name of this version of the model.
    pub fn version(&self) -> String {
        self.bytes.all()[16..22].iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl Bytes {
    fn all(&self) -> &[u8] {
        match self {
            Bytes::Owned(words, length) => &bytemuck::cast_slice(words)[..*length],
            Bytes::Mapped(map) => map,
        }
    }
}

/// Where the file before the present one is kept.
pub fn previous(path: &Path) -> PathBuf {
    with_suffix(path, "previous")
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(suffix);
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(value: f32) -> Image {
        let mut writer = ImageWriter::default();
        writer.numbers("weights", &[value, 2.0]);
        writer.numbers("ids", &[7i64]);
        writer.finish(serde_json::json!({"name": "test"}))
    }

    #[test]
    fn what_was_written_is_read_and_the_last_is_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("model.bin");
        image(1.0).write(&path).expect("written");
        image(3.0).write(&path).expect("written again");
        let (now, before) = (Image::open(&path).expect("opened"), Image::open(&previous(&path)).expect("the last"));
        assert_eq!(now.numbers::<f32>("weights"), [3.0, 2.0]);
        assert_eq!(before.numbers::<f32>("weights"), [1.0, 2.0]);
        assert_eq!((now.numbers::<i64>("ids"), now.numbers::<u32>("none")), (&[7][..], &[][..]));
        assert_eq!(now.card()["name"], "test");
        assert_ne!(now.version(), before.version());
    }

    #[test]
    fn damage_and_foreign_files_are_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("model.bin");
        image(1.0).write(&path).expect("written");
        let good = std::fs::read(&path).expect("read");
        let changed = |at: usize| {
            let mut bytes = good.clone();
            bytes[at] ^= 1;
            bytes
        };
        for (bytes, part) in [
            (changed(good.len() - 1), "damaged"),
            (changed(60), "damaged"),
            (changed(8), "version"),
            (changed(0), "does not begin"),
            (good[..good.len() - 3].to_vec(), "damaged"),
            (good[..20].to_vec(), "does not begin"),
        ] {
            std::fs::write(&path, bytes).expect("written");
            let error = Image::open(&path).expect_err("refused").to_string();
            assert!(error.contains(part), "{error}");
        }
    }
}
