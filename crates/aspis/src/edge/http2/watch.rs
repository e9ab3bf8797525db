//! The frames a client sends, judged by what they cost us and what they ask for.
//!
//! Only headers of frames are looked at. What a frame means, and whether it is in order, is h2's business.

use super::{
    super::{limits::Limits, refusal::EdgeRefusal},
    frames::{Frame, Frames},
    resets::Resets,
};

/// Bytes before the first frame.
const PREFACE: usize = 24;
/// Frames that ask for nothing (settings, pings, windows, empty data, unknown ones) within one span of time.
const IDLE_FRAMES: u64 = 1000;
/// Bytes of ours, or of a request, that allow one more: who takes much has to say so often.
const EARNS: u64 = 1024;
/// What a request counts for in that.
const REQUEST: u64 = 4 * EARNS;
/// That span, in milliseconds.
const SPAN: u64 = 10_000;
/// Data frames with less than this are such frames too, unless they are few.
const TINY: u32 = 16;
/// Frames that the fields of one request may come in, beside the room they need.
const MOST_PIECES: u32 = 8;
/// What a frame may hold, as we say to every client by saying nothing.
const FRAME: usize = 16 * 1024;

/// One client's frames.
#[derive(Debug)]
pub(super) struct Watch {
    frames: Frames,
    resets: Option<Resets>,
    /// Bytes and pieces of fields without an end so far.
    head: Option<(usize, u32)>,
    most: usize,
    idle: u32,
    earned: u64,
    since: u64,
    in_data: bool,
    /// The highest stream that was begun.
    pub(super) last: u32,
}

impl Watch {
    /// For a proxy resets are not counted: they are those of many clients.
    pub(super) fn new(limits: &Limits, proxy: bool) -> Self {
        Self {
            frames: Frames::after(PREFACE),
            resets: (!proxy).then(|| Resets::new(limits.resets)),
            head: None,
            most: limits.head_bytes,
            idle: 0,
            earned: 0,
            since: 0,
            in_data: false,
            last: 0,
        }
    }

    /// Judges further bytes. True where a frame began among them.
    pub(super) fn feed(&mut self, mut bytes: &[u8], now: u64) -> Result<bool, EdgeRefusal> {
        let mut began = false;
        while let Some(frame) = self.frames.next(&mut bytes) {
            began = true;
            self.judge(frame, now)?;
        }
        Ok(began)
    }

    /// So many bytes were given to the client.
    pub(super) const fn sent(&mut self, bytes: usize) {
        self.earned += bytes as u64;
    }

    /// Something was begun that is to come whole within the time for a head: fields, or any frame but data.
    pub(super) const fn is_amid(&self) -> bool {
        self.head.is_some() || !(self.frames.is_between() || self.in_data)
    }

    /// Fields were begun that have no end yet.
    pub(super) const fn in_head(&self) -> bool {
        self.head.is_some()
    }

    fn judge(&mut self, frame: Frame, now: u64) -> Result<(), EdgeRefusal> {
        self.in_data = frame.kind == Frame::DATA;
        match frame.kind {
            Frame::HEADERS | Frame::CONTINUATION => return self.fields(frame),
            Frame::RST_STREAM if self.resets.as_mut().is_some_and(|resets| !resets.count(now)) => {
                return Err(EdgeRefusal::StreamsReset);
            }
            Frame::DATA if frame.len >= TINY => return Ok(()),
            _ => {}
        }
        self.idle(now)
    }

    fn fields(&mut self, frame: Frame) -> Result<(), EdgeRefusal> {
        self.last = self.last.max(frame.stream);
        self.earned += REQUEST * u64::from(frame.kind == Frame::HEADERS);
        let (bytes, pieces) = self.head.unwrap_or_default();
        let (bytes, pieces) = (bytes.saturating_add(frame.len as usize), pieces + 1);
        self.head = (!frame.ends_head()).then_some((bytes, pieces));
        let room = MOST_PIECES + u32::try_from(self.most / FRAME).unwrap_or(u32::MAX / 2);
        if bytes > self.most.max(FRAME) || pieces > room { Err(EdgeRefusal::FrameFlood) } else { Ok(()) }
    }

    fn idle(&mut self, now: u64) -> Result<(), EdgeRefusal> {
        if now.saturating_sub(self.since) >= SPAN {
            (self.since, self.idle, self.earned) = (now, 0, 0);
        }
        self.idle += 1;
        if u64::from(self.idle) > IDLE_FRAMES + self.earned / EARNS {
            Err(EdgeRefusal::FrameFlood)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests;
