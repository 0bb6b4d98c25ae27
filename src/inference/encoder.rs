//! The model behind a handle that any number of tasks may hold: one owner thread per core, each with a bounded queue;
//! what waits is read in one pass. Packing needs no padding, so messages of any lengths share a pass. Leaves to
//! others: the model itself (`model`).

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};

use tokio::sync::oneshot;

use super::calibration::Understanding;
use super::error::{InferenceError, ModelError};
use super::model::Model;

/// Messages that may wait per owner thread.
const QUEUE: usize = 64;
/// Most messages in one pass.
const BATCH: usize = 16;
/// Characters after which a pass takes no further message, so that nobody waits long behind a crowd.
const BATCH_CHARACTERS: usize = 512;

struct Job {
    text: String,
    previous: Option<String>,
    reply: oneshot::Sender<Understanding>,
}

/// A cloneable handle to the owner threads. They end when the last handle is dropped.
#[derive(Debug, Clone)]
pub struct Encoder {
    queues: Arc<[SyncSender<Job>]>,
    next: Arc<AtomicUsize>,
    model: Arc<Model>,
}

impl Encoder {
    /// Opens the model of a folder and starts one owner thread per core.
    pub fn open(folder: &Path) -> Result<Self, ModelError> {
        Ok(Encoder::start(Model::open(folder)?, cores(), QUEUE))
    }

    /// Starts one owner thread per core on the model of `folder`, or on the one in the binary.
    pub fn of(folder: Option<&Path>) -> Result<Self, ModelError> {
        Ok(Encoder::start(Model::of(folder)?, cores(), QUEUE))
    }

    /// Starts `threads` owners of a model, each with room for `queue` waiting messages.
    pub fn start(model: Model, threads: usize, queue: usize) -> Self {
        let model = Arc::new(model);
        let queues = (0..threads.max(1))
            .map(|index| {
                let (sender, receiver) = sync_channel(queue.max(1));
                let model = Arc::clone(&model);
                std::thread::Builder::new()
                    .name(format!("encoder-{index}"))
                    .spawn(move || own(&model, &receiver))
                    .expect("the system refuses to start a thread at start-up");
                sender
            })
            .collect();
        Encoder { queues, next: Arc::new(AtomicUsize::new(0)), model }
    }

    /// Understands one message (normalised text) with the turn before it.
    pub async fn understand(&self, text: &str, previous: Option<&str>) -> Result<Understanding, InferenceError> {
        self.send(text, previous)?.await.map_err(|_| InferenceError::Closed)
    }

    /// The same for code outside an async runtime.
    pub fn understand_blocking(&self, text: &str, previous: Option<&str>) -> Result<Understanding, InferenceError> {
        self.send(text, previous)?.blocking_recv().map_err(|_| InferenceError::Closed)
    }

    /// The model, for reports and explanations that need more than an understanding.
    pub fn model(&self) -> &Model {
        &self.model
    }

    fn send(&self, text: &str, previous: Option<&str>) -> Result<oneshot::Receiver<Understanding>, InferenceError> {
        let (reply, answer) = oneshot::channel();
        let mut job = Job { text: text.to_owned(), previous: previous.map(str::to_owned), reply };
        let first = self.next.fetch_add(1, Ordering::Relaxed);
        let mut refusal = InferenceError::Closed;
        for step in 0..self.queues.len() {
            match self.queues[(first + step) % self.queues.len()].try_send(job) {
                Ok(()) => return Ok(answer),
                Err(TrySendError::Full(back)) => {
                    refusal = InferenceError::Overloaded;
                    job = back;
                }
                Err(TrySendError::Disconnected(back)) => job = back,
            }
        }
        Err(refusal)
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(8)
}

fn own(model: &Model, queue: &Receiver<Job>) {
    while let Ok(first) = queue.recv() {
        let mut characters = first.text.len() / 3;
        let mut jobs = vec![first];
        while jobs.len() < BATCH && characters < BATCH_CHARACTERS {
            let Ok(job) = queue.try_recv() else { break };
            characters += job.text.len() / 3;
            jobs.push(job);
        }
        let messages: Vec<(&str, Option<&str>)> =
            jobs.iter().map(|job| (job.text.as_str(), job.previous.as_deref())).collect();
        let understood = model.understand(&messages);
        for (job, understanding) in jobs.into_iter().zip(understood) {
            // Nobody waits any longer: the answer is dropped.
            let _ = job.reply.send(understanding);
        }
    }
}
