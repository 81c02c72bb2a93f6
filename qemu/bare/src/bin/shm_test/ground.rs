// SPDX-License-Identifier: GPL-2.0-or-later
//! What every test stands on: sessions, segments that go with their test, and clients in tasks
//! of their own.

use alloc::format;
use alloc::string::String;
use core::sync::atomic::{AtomicU32, Ordering};
use core::time::Duration;

use bare::client::{Answer, Attached, Control, Session};
use bare_rt::clock::{self, Instant};
use bare_rt::println;
use bare_rt::suite::{Outcome, Suite};
use bare_rt::task::{self, Child, Ending};
use gnumach::error::Kern;
use gnumach::right::Name;
use gnumach::trap;
use shm::{Error, Limits};

use crate::message::Message;

/// Longer than anything here takes, in milliseconds.
pub const SOON: u32 = 20_000;

/// The longest a server may keep anybody waiting, in milliseconds.
pub const RESPONSE: u32 = 1_000;

/// Bytes of a page.
pub const PAGE: u64 = 4096;

/// The server, and a caller of it who may do everything.
pub struct Ground {
    pub control: Control,
    pub root: Session,
}

/// An answer as a test's: `?` fails the test, and says where.
pub trait Told<T> {
    fn told(self) -> Result<T, String>;
}

impl<T> Told<T> for Result<T, Kern> {
    #[track_caller]
    fn told(self) -> Result<T, String> {
        let at = core::panic::Location::caller();
        self.map_err(|error| {
            format!(
                "{}:{}: {}",
                at.file().rsplit('/').next().unwrap_or(""),
                at.line(),
                name(error)
            )
        })
    }
}

/// A code by its errno(3) name, if it has one.
fn name(error: Kern) -> String {
    match Error::ALL.iter().find(|known| error.is(known.hurd())) {
        Some(known) => known.name().into(),
        None => format!("{error}"),
    }
}

/// What a call was refused with; `Err` tells what happened instead.
pub fn refusal<T>(answer: &Answer<T>) -> String {
    match answer {
        Ok(_) => "success".into(),
        Err(error) => name(*error),
    }
}

/// In a test: fails it unless the call is refused with this errno.
macro_rules! check_refused {
    ($answer:expr, $error:ident) => {
        match $answer {
            answer => bare_rt::check!(
                bare::client::is(&answer, shm::Error::$error),
                "{}: {} instead of {}",
                stringify!($answer),
                $crate::ground::refusal(&answer),
                stringify!($error)
            ),
        }
    };
}
pub(crate) use check_refused;

impl Ground {
    pub fn new(control: Control) -> Result<Self, String> {
        let root = control.session(&[0], &[0]).told()?;
        Ok(Self { control, root })
    }

    /// Runs a test, and sees to it that it leaves no segment and no limit behind.
    pub fn test(&self, suite: &mut Suite, name: &str, body: fn(&Self) -> Outcome) {
        let began = Instant::now();
        suite.test(name, || {
            let outcome = body(self);
            let default = Limits::default();
            self.control
                .limits(default.shmmax, default.shmall, default.shmmni)
                .told()?;
            let left = self.root.list().told()?;
            for segment in &left {
                let _ = self.root.remove(segment.id);
            }
            outcome?;
            bare_rt::check!(left.is_empty(), "it left {} segments", left.len());
            Ok(())
        });
        let took = began.elapsed();
        if took >= Duration::from_secs(1) {
            println!("... which took {took:?}");
        }
    }

    /// A caller with one user id and one group id.
    pub fn caller(&self, uid: u32, gid: u32) -> Result<Session, String> {
        self.control.session(&[uid], &[gid]).told()
    }

    /// A private segment of root's.
    pub fn segment(&self, size: u64) -> Result<Segment<'_>, String> {
        self.segment_with(size, 0o600)
    }

    /// A private segment of root's with this mode.
    pub fn segment_with(&self, size: u64, mode: u32) -> Result<Segment<'_>, String> {
        let id = self.root.get(0, size, mode).told()?;
        Ok(Segment { ground: self, id })
    }

    /// Whether the server answers a null request in the time it may take.
    pub fn answers(&self) -> Outcome {
        let took = self.answer_time()?;
        bare_rt::check!(
            took <= Duration::from_millis(RESPONSE.into()),
            "it took {took:?}"
        );
        Ok(())
    }

    /// How long the server takes to answer a null request.
    pub fn answer_time(&self) -> Result<Duration, String> {
        let began = Instant::now();
        let reply = Message::new(42000).call(self.root.right().name(), SOON);
        let took = began.elapsed();
        let reply = reply.map_err(|error| format!("no answer for {took:?}: {error}"))?;
        bare_rt::check_eq!(reply.code, 0);
        Ok(took)
    }

    /// A client in a task of its own, process `pid`, which speaks through `session`.
    pub fn client(
        &self,
        session: &Session,
        pid: i32,
        work: impl FnOnce(&Session, &'static [AtomicU32]) -> i32 + Send + 'static,
    ) -> Result<Client, String> {
        let child = task::fork(Some(session.right()), move |words| {
            let Some(port) = bare_rt::bootstrap() else {
                return -1;
            };
            if !reaches(&words[GO], 1) {
                return -2;
            }
            work(&Session::new(port), words)
        })
        .told()?;
        self.control.process(child.task().name(), pid).told()?;
        child.words()[GO].store(1, Ordering::Release);
        Ok(Client { child })
    }
}

/// The word at which a client waits for its process id.
const GO: usize = 0;

/// A client in a task of its own; terminated when dropped.
pub struct Client {
    pub child: Child,
}

impl Client {
    pub fn task(&self) -> Name {
        self.child.task().name()
    }

    pub fn word(&self, n: usize) -> &AtomicU32 {
        &self.child.words()[n]
    }

    /// Waits until the client has got so far.
    pub fn reaches(&self, n: usize, value: u32) -> Outcome {
        if reaches(self.word(n), value) {
            return Ok(());
        }
        let ended = self.child.wait(0);
        Err(format!(
            "the client's word {n} did not become {value}; it ended: {ended:?}"
        ))
    }

    /// Waits for the client's end, which must be a return of `value`.
    pub fn returns(&self, value: i32) -> Outcome {
        bare_rt::check_eq!(self.child.wait(SOON), Ok(Ending::Returned(value)));
        Ok(())
    }

    /// Kills it and waits until it is dead.
    pub fn kill(&self) -> Outcome {
        self.child.kill();
        bare_rt::check_eq!(self.child.wait(SOON), Ok(Ending::Terminated));
        Ok(())
    }
}

/// Waits until a word has a value.
pub fn reaches(word: &AtomicU32, value: u32) -> bool {
    within(SOON, || word.load(Ordering::Acquire) == value)
}

/// Tells the other side that we are so far.
pub fn reach(word: &AtomicU32, value: u32) {
    word.store(value, Ordering::Release);
}

/// Waits for a condition, for so many milliseconds.
pub fn within(milliseconds: u32, mut condition: impl FnMut() -> bool) -> bool {
    let began = Instant::now();
    let mut spins = 0_u32;
    while !condition() {
        if began.elapsed() >= Duration::from_millis(milliseconds.into()) {
            return false;
        }
        // Who is waited for has the processor first; later it may take its time.
        spins += 1;
        if spins < 200 {
            trap::swtch_pri(0);
        } else {
            clock::sleep(Duration::from_millis(10));
        }
    }
    true
}

/// A segment that goes with its test.
pub struct Segment<'a> {
    ground: &'a Ground,
    pub id: i32,
}

impl<'a> Segment<'a> {
    /// One that exists.
    pub fn of(ground: &'a Ground, id: i32) -> Self {
        Self { ground, id }
    }

    /// Attached to this task by root.
    pub fn attach(&self, flags: u32, address: u64) -> Result<Mapping<'a>, String> {
        let attached = self.ground.root.attach(self.id, flags, address).told()?;
        Ok(Mapping {
            session: &self.ground.root,
            attached,
            detached: false,
        })
    }

    pub fn nattch(&self) -> Result<u64, String> {
        Ok(self.ground.root.stat(self.id).told()?.nattch)
    }
}

impl Drop for Segment<'_> {
    fn drop(&mut self) {
        let _ = self.ground.root.remove(self.id);
    }
}

/// An attachment of this task, detached when dropped.
pub struct Mapping<'a> {
    session: &'a Session,
    attached: Attached,
    detached: bool,
}

impl Mapping<'_> {
    pub fn address(&self) -> u64 {
        self.attached.address
    }

    pub fn size(&self) -> u64 {
        self.attached.size
    }

    pub fn read(&self, offset: u64) -> u64 {
        read(self.address() + offset)
    }

    pub fn write(&self, offset: u64, value: u64) {
        write(self.address() + offset, value);
    }

    /// shmdt(2), with its answer.
    pub fn detach(mut self) -> Answer<()> {
        self.detached = true;
        self.session.detach(self.address())
    }
}

impl Drop for Mapping<'_> {
    fn drop(&mut self) {
        if !self.detached {
            let _ = self.session.detach(self.address());
        }
    }
}

/// Reads a word that another task may write at any time.
pub fn read(address: u64) -> u64 {
    // SAFETY: tests only name addresses they have mapped; where none is mapped the task ends
    // by an exception, which is what such a test is about.
    unsafe { core::ptr::with_exposed_provenance::<u64>(address as usize).read_volatile() }
}

/// Writes a word that another task may read at any time.
pub fn write(address: u64, value: u64) {
    // SAFETY: as for `read`; no test points into memory of its own program.
    unsafe {
        core::ptr::with_exposed_provenance_mut::<u64>(address as usize).write_volatile(value);
    }
}

/// A word that belongs to one place in one test, so that no other content passes for it.
pub fn pattern(seed: u64, offset: u64) -> u64 {
    (seed ^ offset)
        .wrapping_add(0x9e37_79b9_7f4a_7c15)
        .wrapping_mul(0xbf58_476d_1ce4_e5b9)
        | 1
}
