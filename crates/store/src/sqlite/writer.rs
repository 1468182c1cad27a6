//! The one thread that writes: takes what is queued, runs each act under its own savepoint,
//! commits once, then answers everybody.

use super::{in_transaction, run_now, say};
use crate::dialect::SQLITE_WRITE;
use crate::{Act, Error, Result, Tx};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// A batch takes no further act after this, so that the first of it is not kept waiting.
const BATCH_TIME: Duration = Duration::from_millis(20);

/// A queued act with its types forgotten.
pub(super) trait Job: Send {
    /// Runs it; `None` when the caller left before it began.
    fn run(self: Box<Self>, tx: &mut Tx) -> Option<Ran>;
    /// Answers without running it.
    fn turn_away(self: Box<Self>, why: Error);
}

/// An act that ran and waits for the fate of the commit.
pub(super) struct Ran {
    /// Why its writing must be undone.
    fault: Option<Error>,
    /// Tells the caller; the argument says whether the commit was kept.
    answer: Box<dyn FnOnce(Result<()>)>,
}

/// An act and where its answer goes.
pub(super) struct Queued<A: Act> {
    pub(super) act: A,
    pub(super) reply: oneshot::Sender<Result<A::Out>>,
}

impl<A: Act> Job for Queued<A> {
    fn run(self: Box<Self>, tx: &mut Tx) -> Option<Ran> {
        let Self { act, reply } = *self;
        if reply.is_closed() {
            return None;
        }
        let out = run_now(&act, tx);
        let fault = out.as_ref().err().cloned();
        let answer = Box::new(move |kept: Result<()>| {
            // A caller who left meanwhile loses the answer, not what he did.
            let _ = reply.send(out.and_then(|out| kept.map(|()| out)));
        });
        Some(Ran { fault, answer })
    }

    fn turn_away(self: Box<Self>, why: Error) {
        // As above.
        let _ = self.reply.send(Err(why));
    }
}

/// Serves the queue until every handle of the database is gone.
pub(super) fn run(mut tx: Tx, queue: &Receiver<Box<dyn Job>>, batch: usize) {
    while let Ok(first) = queue.recv() {
        match say(&tx, SQLITE_WRITE) {
            Ok(()) => commit_together(&mut tx, first, queue, batch),
            Err(why) => turn_all_away(first, queue, &why),
        }
    }
}

/// Nothing can be written now. Whoever waits has waited as long as the first: all are told at
/// once, instead of each after another `busy_timeout`.
///
/// The queue is emptied before anybody is answered: an act that comes because of an answer finds
/// another try, not the refusal of those before it.
fn turn_all_away(first: Box<dyn Job>, queue: &Receiver<Box<dyn Job>>, why: &Error) {
    tracing::warn!(error = %why, "the writer could not begin");
    let waiting: Vec<_> = std::iter::once(first).chain(queue.try_iter()).collect();
    for job in waiting {
        job.turn_away(why.clone());
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "bounds how long the first of a batch waits; no act sees it"
)]
fn commit_together(tx: &mut Tx, first: Box<dyn Job>, queue: &Receiver<Box<dyn Job>>, batch: usize) {
    let begun = Instant::now();
    let mut answers = Vec::new();
    let mut next = Some(first);
    let mut fate = Ok(());
    while let Some(job) = next.take() {
        match run_apart(tx, job) {
            Ok(answer) => answers.extend(answer),
            Err((answer, why)) => {
                answers.extend(answer);
                fate = Err(why);
                break;
            }
        }
        if answers.len() < batch && begun.elapsed() < BATCH_TIME {
            next = queue.try_recv().ok();
        }
    }
    if fate.is_ok() {
        fate = say(tx, "COMMIT");
    }
    if let Err(why) = &fate {
        tracing::warn!(error = %why, acts = answers.len(), "a group of acts was not kept");
        undo(tx);
    }
    for answer in answers {
        answer(fate.clone());
    }
}

type Answer = Box<dyn FnOnce(Result<()>)>;

/// Runs one act under a savepoint, so that its failing leaves its neighbours alone.
///
/// An error means that the transaction as a whole is gone: then nobody in it may be told that his
/// act was kept.
fn run_apart(tx: &mut Tx, job: Box<dyn Job>) -> Result<Option<Answer>, (Option<Answer>, Error)> {
    if let Err(why) = say(tx, "SAVEPOINT act") {
        job.turn_away(why.clone());
        return Err((None, why));
    }
    let Some(Ran { fault, answer }) = job.run(tx) else {
        return say(tx, "RELEASE act").map(|()| None).map_err(|why| (None, why));
    };
    let settled = match fault {
        // A full or failing disk may undo the whole transaction, not only this act.
        Some(fault) if !in_transaction(tx) => Err(fault),
        Some(_) => say(tx, "ROLLBACK TO act").and_then(|()| say(tx, "RELEASE act")),
        None => say(tx, "RELEASE act"),
    };
    match settled {
        Ok(()) => Ok(Some(answer)),
        Err(why) => Err((Some(answer), why)),
    }
}

fn undo(tx: &Tx) {
    if in_transaction(tx)
        && let Err(why) = say(tx, "ROLLBACK")
    {
        tracing::error!(error = %why, "a failed group could not be undone");
    }
}
