//! The threads that hash: as many as there are workers, and of the lowest priority.
//!
//! A hash takes twenty milliseconds of a core. Where it shares that core with the threads that answer requests, these
//! go first, or every answer would wait for the rest of a hash. The threads end with their owner.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread::{Builder, JoinHandle},
};

/// One piece of work.
type Job = Box<dyn FnOnce() + Send>;

/// As nice as a thread can be (POSIX, `nice`).
const LAST: i32 = 19;

/// The threads.
#[derive(Debug)]
pub(super) struct Threads {
    /// `None` once the threads are told to end.
    jobs: Option<mpsc::Sender<Job>>,
    running: Vec<JoinHandle<()>>,
}

impl Threads {
    /// Starts so many.
    pub(super) fn start(count: usize) -> io::Result<Self> {
        let (jobs, waiting) = mpsc::channel::<Job>();
        let waiting = Arc::new(Mutex::new(waiting));
        let start = |number: usize| {
            let waiting = Arc::clone(&waiting);
            Builder::new().name(format!("hash-{number}")).spawn(move || work(&waiting))
        };
        let running = (0..count).map(start).collect::<io::Result<_>>()?;
        Ok(Self { jobs: Some(jobs), running })
    }

    /// Has a piece of work done by the next thread that is free.
    pub(super) fn run(&self, job: impl FnOnce() + Send + 'static) {
        if let Some(jobs) = &self.jobs {
            // The threads end only when this does.
            let _ = jobs.send(Box::new(job));
        }
    }
}

fn work(waiting: &Mutex<mpsc::Receiver<Job>>) {
    // Where that is not allowed, hashing is as important as everything else.
    let _ = rustix::process::nice(LAST);
    loop {
        let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match next {
            // Whoever waits for it hears that there is no answer; the next piece of work wants a thread.
            Ok(job) => drop(catch_unwind(AssertUnwindSafe(job))),
            Err(mpsc::RecvError) => return,
        }
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.jobs = None;
        for thread in self.running.drain(..) {
            // No piece of work ends a thread.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_done_and_the_threads_end_with_their_owner() {
        let threads = Threads::start(2).expect("threads");
        let (done, all) = mpsc::channel();
        for number in 0..100 {
            let done = done.clone();
            threads.run(move || done.send(number).expect("somebody listens"));
        }
        drop((threads, done));
        let mut seen: Vec<i32> = all.iter().collect();
        seen.sort_unstable();
        assert_eq!(seen, (0..100).collect::<Vec<_>>());
    }
}
