// SPDX-License-Identifier: GPL-2.0-or-later
//! Tasks that keep their own maps locked: calls into them do not return. Nobody else waits
//! longer than is said, and what they attached stays attached.

mod fake;

use fake::{FakeEvent, FakeWorld, PAGE, Process, Task, WatchedMutex};
use shm::engine::turns::Turns;
use shm::engine::{desk, gate};
use shm::registry::limits::STUCK_MAX;
use shm::{
    AttachFlags, Caller, Engine, Error, GetFlags, Id, Limits, Pid, Result, UserLimits, Which,
    World as _,
};
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::thread;
use std::time::{Duration, Instant};

const ROOT: Caller<'_> = Caller {
    uids: &[0],
    gids: &[0],
};
const USER: Caller<'_> = Caller {
    uids: &[1000],
    gids: &[1000],
};
const HOSTILE: Caller<'_> = Caller {
    uids: &[666],
    gids: &[666],
};
/// An ordinary client is answered within this, whoever hangs.
const SERVED: Duration = Duration::from_secs(1);
/// Nobody's call on one segment delays a call on another by more.
const UNDISTURBED: Duration = Duration::from_millis(200);

struct Bed {
    engine: Arc<Engine<FakeWorld>>,
    hung: Vec<(Arc<Process>, Task)>,
    /// All of them, which go before the engine does.
    processes: RefCell<Vec<Arc<Process>>>,
}

impl Bed {
    fn new() -> Self {
        let engine = Engine::new(FakeWorld::in_real_time(), Limits::default(), 1);
        Self {
            engine: Arc::new(engine),
            hung: Vec::new(),
            processes: RefCell::default(),
        }
    }

    fn segment(&self, caller: &Caller<'_>) -> Id {
        self.engine
            .get(caller, 0, PAGE, GetFlags::from(0o666), || Ok(Pid(1)))
            .unwrap()
    }

    fn process(&self, pid: i32) -> (Arc<Process>, Task) {
        let process = Process::new(pid);
        self.processes.borrow_mut().push(Arc::clone(&process));
        let task = self.engine.world().task(&process);
        (process, task)
    }

    fn attach(&self, caller: &Caller<'_>, id: Id, of: &(Arc<Process>, Task)) -> Result<u64> {
        let flags = AttachFlags::empty();
        self.engine
            .attach(caller, &of.1, Pid(of.0.pid), id.raw(), 0, flags)
            .map(|attached| attached.address)
    }

    /// So many processes of `caller`'s attach it, and lock their maps.
    fn hang(&mut self, number: usize, caller: &Caller<'_>, id: Id) {
        for n in 0..number {
            let process = self.process(1000 + n as i32);
            self.attach(caller, id, &process).unwrap();
            process.0.set_locked(true);
            self.hung.push(process);
        }
    }

    fn nattch(&self, id: Id) -> u64 {
        self.engine.stat(&ROOT, Which::Id(id.raw())).unwrap().nattch
    }

    /// All that an ordinary client does, with a segment of its own.
    fn ordinary_client_is_served(&self) {
        let began = Instant::now();
        let process = self.process(7);
        let id = self.segment(&USER);
        let base = self.attach(&USER, id, &process).unwrap();
        let stat = self.engine.stat(&USER, Which::Id(id.raw())).unwrap();
        assert_eq!(stat.nattch, 1);
        let ticket = || Ok(self.engine.world().ticket());
        let ticket = self.engine.fork(&USER, &process.1, Pid(7), ticket);
        ticket.unwrap().unwrap().drop_right();
        self.engine.detach(&USER, &process.1, Pid(7), base).unwrap();
        self.engine.info();
        self.engine.list();
        self.engine.remove(&USER, id.raw()).unwrap();
        assert_eq!(
            self.engine.stat(&USER, Which::Id(id.raw())),
            Err(Error::EINVAL)
        );
        let took = began.elapsed();
        assert!(took < UNDISTURBED, "{took:?}");
    }
}

impl Drop for Bed {
    fn drop(&mut self) {
        for process in self.processes.get_mut() {
            process.exit();
        }
    }
}

fn took<R>(call: impl FnOnce() -> R) -> (R, Duration) {
    let began = Instant::now();
    let answer = call();
    (answer, began.elapsed())
}

/// The review's R3, with 1, 33 and 70 tasks.
#[test]
fn asking_about_a_segment_that_hung_tasks_have_attached_is_answered() {
    for number in [1, 33, 70] {
        let mut bed = Bed::new();
        let id = bed.segment(&ROOT);
        let healthy: Vec<_> = (0..5).map(|pid| bed.process(pid)).collect();
        for process in &healthy {
            bed.attach(&HOSTILE, id, process).unwrap();
        }
        bed.hang(number, &HOSTILE, id);
        let all = number as u64 + 5;
        let (nattch, time) = took(|| bed.nattch(id));
        assert_eq!(nattch, all);
        assert!(time < SERVED, "{number} hang: {time:?}");
        // From the second on, nobody waits for those who are known to hang.
        for _ in 0..5 {
            let (nattch, time) = took(|| bed.nattch(id));
            assert_eq!(nattch, all);
            assert!(time < UNDISTURBED, "{number} hang, again: {time:?}");
        }
        bed.ordinary_client_is_served();
        // A removal waits for nobody either, and frees nothing that is mapped.
        let (removed, time) = took(|| bed.engine.remove(&ROOT, id.raw()));
        removed.unwrap();
        assert!(time < UNDISTURBED, "{time:?}");
        assert_eq!(bed.engine.world().tally.memories.load(SeqCst), 1);
        // When they let go, the counts become exact.
        for process in bed.hung.drain(..) {
            process.0.exit();
        }
        let counted = || bed.engine.stat(&ROOT, Which::Id(id.raw()));
        let began = Instant::now();
        while counted().unwrap().nattch != 5 {
            assert!(began.elapsed() < Duration::from_secs(10));
            thread::sleep(Duration::from_millis(5));
        }
        for process in &healthy {
            process.0.exit();
        }
        assert_eq!(counted(), Err(Error::EINVAL));
    }
}

/// The review's R4: whoever is over the bound costs no asker anything.
#[test]
fn healthy_tasks_of_a_user_over_the_bound_cost_nothing() {
    let mut bed = Bed::new();
    let own = bed.segment(&HOSTILE);
    bed.hang(40, &HOSTILE, own);
    let id = bed.segment(&ROOT);
    let healthy: Vec<_> = (0..20).map(|pid| bed.process(pid)).collect();
    for process in &healthy {
        bed.attach(&HOSTILE, id, process).unwrap();
    }
    let others = bed.process(90);
    bed.attach(&USER, id, &others).unwrap();
    assert_eq!(bed.nattch(own), 40, "all surveyors of the user hang now");
    others.0.exit();
    for _ in 0..3 {
        let (nattch, time) = took(|| bed.nattch(id));
        assert_eq!(nattch, 20, "the other user's is exact");
        assert!(time < UNDISTURBED, "{time:?}");
    }
}

#[test]
fn threads_that_hang_are_bounded_for_a_user_and_in_all() {
    let mut bed = Bed::new();
    let id = bed.segment(&ROOT);
    bed.hang(70, &HOSTILE, id);
    for _ in 0..3 {
        bed.nattch(id);
    }
    let threads = bed.engine.world().tally.threads.load(SeqCst) as u64;
    let bound = UserLimits::default().stuck;
    assert!(threads >= bound && threads <= 2 * bound, "{threads}");
    assert!(threads <= STUCK_MAX);
    let lines = bed.engine.world().lines.lock().unwrap().clone();
    // Process and user, and not a line for each.
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(
        lines[0].ends_with(" of user 666 does not answer: what it attached counts as attached"),
        "{lines:?}"
    );
}

/// The asker pays for a call that hangs in the task that it names, whoever attached first.
#[test]
fn calls_into_hung_tasks_are_bounded_for_the_user_who_makes_them() {
    let bed = Bed::new();
    let id = bed.segment(&ROOT);
    let bound = UserLimits::default().stuck as usize;
    // Tasks that root attached to something, and that belong to somebody else now.
    let hung: Vec<_> = (0..bound as i32).map(|pid| bed.process(pid)).collect();
    let mut hanging = Vec::new();
    for (process, task) in &hung {
        bed.attach(&ROOT, id, &(Arc::clone(process), task.clone()))
            .unwrap();
        process.set_locked(true);
        let (engine, task, pid) = (Arc::clone(&bed.engine), task.clone(), Pid(process.pid));
        hanging.push(thread::spawn(move || {
            engine.attach(&HOSTILE, &task, pid, id.raw(), 0, AttachFlags::empty())
        }));
    }
    thread::sleep(Duration::from_millis(100));
    // The first refusal comes when it is known that they hang, the others at once.
    let innocent = bed.process(90);
    let (answer, time) = took(|| bed.attach(&HOSTILE, id, &innocent));
    assert_eq!(answer, Err(Error::EAGAIN));
    assert!(time <= gate::PATIENCE + UNDISTURBED, "{time:?}");
    for _ in 0..5 {
        let (answer, time) = took(|| bed.attach(&HOSTILE, id, &innocent));
        assert_eq!(answer, Err(Error::EAGAIN));
        assert!(time < UNDISTURBED, "{time:?}");
    }
    // A task that hangs is refused to everybody, root included.
    let (answer, time) = took(|| bed.attach(&ROOT, id, &hung[0]));
    assert_eq!(answer, Err(Error::EAGAIN));
    assert!(time < UNDISTURBED, "{time:?}");
    bed.ordinary_client_is_served();
    let (answer, time) = took(|| bed.attach(&ROOT, id, &innocent));
    answer.unwrap();
    assert!(time < UNDISTURBED, "{time:?}");
    for (process, _) in &hung {
        process.set_locked(false);
    }
    for call in hanging {
        call.join().unwrap().unwrap();
    }
    bed.attach(&HOSTILE, id, &innocent).unwrap();
    let lines = bed.engine.world().lines.lock().unwrap().clone();
    assert!(
        lines[0].contains("of user 666 does not answer: it is not served"),
        "{lines:?}"
    );
    assert!(lines.iter().any(|line| line.ends_with("answers again")));
}

/// Two users whose requests fill the places where requests wait keep no third user from waiting.
#[test]
fn two_users_together_do_not_keep_a_third_from_waiting() {
    let bed = Bed::new();
    let id = bed.segment(&ROOT);
    let attach = |uid: u32, of: &(Arc<Process>, Task)| {
        let (engine, task, pid) = (Arc::clone(&bed.engine), of.1.clone(), Pid(of.0.pid));
        thread::spawn(move || {
            let caller = Caller {
                uids: &[uid],
                gids: &[uid],
            };
            engine.attach(&caller, &task, pid, id.raw(), 0, AttachFlags::empty())
        })
    };
    let hung: Vec<_> = [666, 667].map(|uid| (uid, bed.process(uid))).into();
    let mut hostile = Vec::new();
    for (uid, process) in &hung {
        process.0.set_locked(true);
        for _ in 0..gate::WAITING + 10 {
            hostile.push(attach(*uid as u32, process));
        }
    }
    thread::sleep(Duration::from_millis(150));
    // Two threads of an honest process, whose map is busy for a while.
    let busy = bed.process(7);
    busy.0.set_locked(true);
    let honest = [1000, 1000].map(|uid| attach(uid, &busy));
    thread::sleep(Duration::from_millis(150));
    busy.0.set_locked(false);
    for call in honest {
        call.join().unwrap().unwrap();
    }
    for (_, process) in &hung {
        process.0.set_locked(false);
    }
    let answers = hostile.into_iter().map(|call| call.join().unwrap());
    let refused = answers
        .filter(|answer| *answer == Err(Error::EAGAIN))
        .count();
    // Nine of each user beyond the bound, and the one who made room.
    assert!(refused > 2 * 9, "{refused}: they did not fill the places");
}

/// A virtual machine that was paused is no reason to refuse an honest call: what was waited for
/// stood still, too.
#[test]
fn a_pause_of_the_machine_refuses_nobody() {
    let bed = Bed::new();
    let id = bed.segment(&ROOT);
    let slow = bed.process(1);
    bed.attach(&ROOT, id, &slow).unwrap();
    slow.0.set_locked(true);
    let attach = || {
        let (engine, task) = (Arc::clone(&bed.engine), slow.1.clone());
        thread::spawn(move || {
            engine.attach(&USER, &task, Pid(1), id.raw(), 0, AttachFlags::empty())
        })
    };
    let calls = [attach(), attach()];
    let asker = {
        let engine = Arc::clone(&bed.engine);
        thread::spawn(move || engine.stat(&ROOT, Which::Id(id.raw())))
    };
    let turns: Turns<WatchedMutex, FakeEvent> = Turns::new();
    let world = bed.engine.world();
    thread::scope(|scope| {
        let turn = turns.take(1001, || world.uptime());
        let next = scope.spawn(|| turns.take(1002, || world.uptime()).map(drop));
        thread::sleep(Duration::from_millis(20));
        world.milliseconds.fetch_add(60_000, SeqCst);
        // Until all have looked at the clock, and before any has lost its patience.
        thread::sleep(Duration::from_millis(110));
        drop(turn);
        slow.0.set_locked(false);
        assert_eq!(next.join().unwrap(), Ok(()));
    });
    for call in calls {
        call.join().unwrap().unwrap();
    }
    asker.join().unwrap().unwrap();
    assert_eq!(bed.nattch(id), 3);
    assert_eq!(*world.lines.lock().unwrap(), [""; 0], "nobody hung");
}

/// So many requests for one hung task that they would fill any pool of workers.
#[test]
fn requests_that_wait_for_a_hung_task_are_bounded() {
    let bed = Bed::new();
    let id = bed.segment(&ROOT);
    let hung = bed.process(1);
    hung.0.set_locked(true);
    let began = Instant::now();
    let calls: Vec<_> = (0..200)
        .map(|_| {
            let (engine, task) = (Arc::clone(&bed.engine), hung.1.clone());
            thread::spawn(move || {
                let answer =
                    engine.attach(&HOSTILE, &task, Pid(1), id.raw(), 0, AttachFlags::empty());
                (answer, Instant::now())
            })
        })
        .collect();
    bed.ordinary_client_is_served();
    thread::sleep(gate::PATIENCE + Duration::from_millis(500));
    hung.0.set_locked(false);
    let answers: Vec<_> = calls.into_iter().map(|call| call.join().unwrap()).collect();
    let refused: Vec<_> = answers
        .iter()
        .filter(|(answer, _)| *answer == Err(Error::EAGAIN))
        .collect();
    assert_eq!(refused.len(), 199);
    let at_once = refused
        .iter()
        .filter(|(_, when)| *when - began < gate::PATIENCE / 2)
        .count();
    assert!(at_once >= 199 - 2 * gate::WAITING, "{at_once}");
    let latest = refused.iter().map(|(_, when)| *when - began).max().unwrap();
    assert!(
        latest < gate::PATIENCE + Duration::from_millis(400),
        "{latest:?}"
    );
}

/// Ten askers at once wait together, not one after the other.
#[test]
fn askers_wait_together() {
    let mut bed = Bed::new();
    let id = bed.segment(&ROOT);
    bed.hang(3, &HOSTILE, id);
    let askers: Vec<_> = (0..10)
        .map(|_| {
            let engine = Arc::clone(&bed.engine);
            thread::spawn(move || took(|| engine.stat(&ROOT, Which::Id(id.raw()))))
        })
        .collect();
    bed.ordinary_client_is_served();
    for asker in askers {
        let (stat, time) = asker.join().unwrap();
        assert_eq!(stat.unwrap().nattch, 3);
        assert!(time < desk::PATIENCE + UNDISTURBED, "{time:?}");
    }
}

/// One look at each task, however many attachments it has.
#[test]
fn a_task_is_looked_at_once_for_all_its_attachments() {
    let bed = Bed::new();
    let id = bed.segment(&ROOT);
    let process = bed.process(1);
    for _ in 0..500 {
        bed.attach(&USER, id, &process).unwrap();
    }
    bed.engine.world().tally.surveys.store(0, SeqCst);
    assert_eq!(bed.nattch(id), 500);
    assert_eq!(bed.engine.world().tally.surveys.load(SeqCst), 1);
    process.0.exit();
    assert_eq!(bed.nattch(id), 0);
}

/// More records than are copied at once.
#[test]
fn thousands_of_records_are_all_looked_at() {
    let bed = Bed::new();
    let id = bed.segment(&ROOT);
    let process = bed.process(1);
    for _ in 0..3000 {
        bed.attach(&USER, id, &process).unwrap();
    }
    assert_eq!(bed.nattch(id), 3000);
    process.0.exec();
    assert_eq!(bed.nattch(id), 0);
    let base = bed.attach(&USER, id, &process).unwrap();
    for _ in 0..2000 {
        bed.attach(&USER, id, &process).unwrap();
    }
    bed.engine.detach(&USER, &process.1, Pid(1), base).unwrap();
    process.0.exit();
    bed.engine.check_task(&process.1);
    assert_eq!(bed.engine.counts().attachments, 0);
}

/// A surveyor that panics leaves what it looked at unknown, and the next one looks again.
#[test]
fn a_panic_in_a_survey_costs_that_answer() {
    let bed = Bed::new();
    let id = bed.segment(&ROOT);
    let process = bed.process(1);
    bed.attach(&USER, id, &process).unwrap();
    process.0.exec();
    process.0.panic_once();
    assert_eq!(bed.nattch(id), 1, "not known to be gone");
    assert_eq!(bed.nattch(id), 0);
}

/// What a worker that panics was about to do is undone.
#[test]
fn a_panic_in_a_call_into_a_task_costs_that_call() {
    let bed = Bed::new();
    let id = bed.segment(&ROOT);
    let process = bed.process(1);
    let base = bed.attach(&USER, id, &process).unwrap();
    for call in [
        |bed: &Bed, id, process: &(Arc<Process>, Task), _| bed.attach(&USER, id, process).map(drop),
        |bed: &Bed, _, process: &(Arc<Process>, Task), base| {
            bed.engine.detach(&USER, &process.1, Pid(1), base)
        },
    ] {
        process.0.panic_once();
        let panicked = catch_unwind(AssertUnwindSafe(|| call(&bed, id, &process, base)));
        assert!(panicked.is_err());
        assert_eq!(bed.nattch(id), 1);
    }
    bed.engine.detach(&USER, &process.1, Pid(1), base).unwrap();
    bed.engine.remove(&ROOT, id.raw()).unwrap();
    assert!(bed.engine.is_empty(), "no attach is under way");
}
