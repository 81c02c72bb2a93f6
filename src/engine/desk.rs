// SPDX-License-Identifier: GPL-2.0-or-later
//! The desk: surveys of clients' tasks, made by threads that may hang.
//!
//! A task can keep its own address map locked for ever, and then a look at that map never
//! returns. So whoever wants to know what a task still maps does not look: it leaves an *order*
//! for each task at the desk, waits for at most [`PATIENCE`] in its whole request, and takes
//! [`Survey::Unknown`] for what has not come by then. Threads that are made for nothing else,
//! the *surveyors*, take the orders.
//!
//! # Bounds
//!
//! | what | bound |
//! |---|---|
//! | surveys under way in one task | 1 |
//! | surveys under way in tasks of one user | `Limits::user.stuck`; root's: half of all |
//! | surveyors | [`STUCK_MAX`] |
//! | wait of one request | [`PATIENCE`], however many tasks it asks about |
//! | regions that one order looks at | one for each record and [`BUDGET`] more |
//!
//! A surveyor that hangs costs its stack until the task lets go or dies. The user it is counted
//! for is the one who made the attachment that is looked at, and the orders of that user wait
//! or are answered at once with "unknown"; orders about other users' tasks pass by them.
//!
//! # How many surveyors there are
//!
//! One is made when the first order comes, and it serves all orders one after the other, which
//! is the fastest while no task hangs. When an asker has waited a `SLICE` and nothing was
//! done, the number of surveyors is doubled. One that has nothing to do for `IDLE` ends.
//!
//! # Locks
//! The state of the desk, and the answers of an inquiry. Neither is held while the other is
//! taken, while a task is looked at, or while anything of a client's is dropped.
#![forbid(unsafe_code)]

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::collections::VecDeque;
use alloc::format;
use alloc::sync::{Arc, Weak};
use alloc::vec::Vec;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;

use lock_api::Mutex;

use crate::engine::complaints::Topic;
use crate::engine::ledger::ROOT;
use crate::engine::waited::Waited;
use crate::engine::world::{Event as _, Survey, World};
use crate::registry::id::Pid;
use crate::registry::limits::STUCK_MAX;

/// How long one request waits for surveys, all together, without [pauses](Waited) of the machine.
pub const PATIENCE: Duration = Duration::from_millis(500);

/// Regions that one order looks at beyond one for each of its records.
pub const BUDGET: u64 = 1024;

/// Time without progress after which there are to be more surveyors.
const SLICE: Duration = Duration::from_millis(20);

/// How often an asker gives the processor away before it sleeps. On a machine with one processor
/// the surveyor then runs, and has mostly answered when the asker comes back, which saves the
/// kernel two calls.
const PAUSES: u32 = 3;

/// Time after which a surveyor without work ends.
const IDLE: Duration = Duration::from_secs(5);

/// A range of a task that should map a segment.
pub struct Claim<M> {
    /// The segment's memory. A claim does not keep it: a segment that is destroyed while its
    /// attachments are looked at is gone, and its pages are no longer charged, at once.
    pub memory: Weak<M>,
    /// First byte.
    pub base: u64,
    /// Bytes.
    pub size: u64,
}

/// What a request asks about one task.
pub(super) struct Question<W: World> {
    pub task: W::Task,
    /// Who is counted if it hangs.
    pub user: u32,
    /// For the log.
    pub pid: Pid,
    /// By base.
    pub claims: Vec<Claim<W::Memory>>,
}

/// How long a request has waited. It begins when the request first has to.
#[derive(Default)]
pub(super) struct Deadline(Waited);

impl Deadline {
    /// Whether it is over at `now`. Begins it.
    fn is_over_at(&mut self, now: Duration) -> bool {
        self.0.at(now) >= PATIENCE
    }

    /// Whether it began, and is over at `now`.
    pub fn is_over(&mut self, now: impl FnOnce() -> Duration) -> bool {
        self.0.has_begun() && self.is_over_at(now())
    }
}

/// What an asker waits for.
struct Inquiry<W: World> {
    answers: Mutex<W::RawMutex, Answers>,
    done: W::Event,
}

struct Answers {
    /// One for each question; empty until it is answered.
    found: Vec<Vec<Survey>>,
    left: usize,
    /// The asker sleeps, and is to be woken when none is left.
    asleep: bool,
}

struct Order<W: World> {
    question: Question<W>,
    inquiry: Arc<Inquiry<W>>,
    /// Which of the inquiry's questions.
    place: usize,
}

/// A survey under way.
struct Active {
    user: u32,
    pid: Pid,
    /// How long it has kept askers waiting. Most surveys keep nobody waiting, and then nobody
    /// asks for the time.
    waited: Waited,
    /// It kept an asker waiting in vain.
    stuck: bool,
}

struct State<W: World> {
    waiting: VecDeque<Order<W>>,
    active: BTreeMap<W::Task, Active>,
    /// Surveys under way for each user, and how many of them are stuck; no entry without any.
    by_user: BTreeMap<u32, (u64, u64)>,
    surveyors: u64,
    idle: u64,
    /// Surveys that came to an end so far.
    finished: u64,
    closed: bool,
}

impl<W: World> State<W> {
    fn of_user(&self, user: u32) -> (u64, u64) {
        self.by_user.get(&user).copied().unwrap_or((0, 0))
    }

    /// The first order that may be served now, which becomes active.
    fn take(&mut self, bound: u64) -> Option<Order<W>> {
        let ready = |order: &Order<W>| {
            let Question { task, user, .. } = &order.question;
            self.of_user(*user).0 < bound_of(*user, bound) && !self.active.contains_key(task)
        };
        let place = self.waiting.iter().position(ready)?;
        let order = self.waiting.remove(place)?;
        let Question {
            ref task,
            user,
            pid,
            ..
        } = order.question;
        let active = Active {
            user,
            pid,
            waited: Waited::default(),
            stuck: false,
        };
        self.active.insert(task.clone(), active);
        self.by_user.entry(user).or_insert((0, 0)).0 += 1;
        Some(order)
    }

    /// The survey of `task` is over. The task that is answered is a clone of the desk's own, to
    /// be dropped without the lock.
    fn finish(&mut self, task: &W::Task) -> Option<(W::Task, Active)> {
        self.finished = self.finished.wrapping_add(1);
        let (task, active) = self.active.remove_entry(task)?;
        if let Some((all, stuck)) = self.by_user.get_mut(&active.user) {
            *all = all.saturating_sub(1);
            *stuck = stuck.saturating_sub(u64::from(active.stuck));
            if *all == 0 {
                self.by_user.remove(&active.user);
            }
        }
        Some((task, active))
    }

    /// Whether nothing will come of an order before long: a survey of the task is stuck, or all
    /// that the user may have are.
    fn hopeless(&self, task: &W::Task, user: u32, bound: u64) -> bool {
        self.active.get(task).is_some_and(|active| active.stuck)
            || self.of_user(user).1 >= bound_of(user, bound)
    }
}

/// How many surveys may be under way for `user`, if others may have `bound`.
fn bound_of(user: u32, bound: u64) -> u64 {
    if user == ROOT {
        STUCK_MAX / 2
    } else {
        bound.min(STUCK_MAX / 2)
    }
}

/// The desk; see the module's text.
pub(super) struct Desk<W: World> {
    shared: Arc<Shared<W>>,
}

struct Shared<W: World> {
    world: Arc<W>,
    state: Mutex<W::RawMutex, State<W>>,
    /// Surveyors without an order sleep on it.
    work: W::Event,
    /// Surveys of one user.
    bound: AtomicU64,
}

/// A line for the log about a task.
pub(super) type Line = (Topic, alloc::string::String);

impl<W: World> Desk<W> {
    pub fn new(world: Arc<W>, bound: u64) -> Self {
        let state = State {
            waiting: VecDeque::new(),
            active: BTreeMap::new(),
            by_user: BTreeMap::new(),
            surveyors: 0,
            idle: 0,
            finished: 0,
            closed: false,
        };
        Self {
            shared: Arc::new(Shared {
                world,
                state: Mutex::new(state),
                work: W::Event::default(),
                bound: AtomicU64::new(bound),
            }),
        }
    }

    /// From now on one user's tasks may keep so many surveyors.
    pub fn set_bound(&self, bound: u64) {
        self.shared.bound.store(bound, Ordering::Relaxed);
    }

    /// Whether a survey of the task is known to hang.
    pub fn hangs(&self, task: &W::Task) -> bool {
        let state = self.shared.state.lock();
        state.active.get(task).is_some_and(|active| active.stuck)
    }

    /// Answers what each claim of each question turned out to be, in their order. Returns when
    /// all have been looked at, or at the deadline; then the rest is unknown, and `tell` is
    /// called with a line about each task that did not answer.
    pub fn ask(
        &self,
        questions: Vec<Question<W>>,
        deadline: &mut Deadline,
        tell: impl Fn(Line),
    ) -> Vec<Vec<Survey>> {
        let numbers: Vec<usize> = questions.iter().map(|one| one.claims.len()).collect();
        let tasks: Vec<W::Task> = questions.iter().map(|one| one.task.clone()).collect();
        let inquiry = Arc::new(Inquiry {
            answers: Mutex::new(Answers {
                found: numbers.iter().map(|_| Vec::new()).collect(),
                left: 0,
                asleep: false,
            }),
            done: W::Event::default(),
        });
        let hopeless = self.leave(questions, &inquiry);
        self.wait(&inquiry, &tasks, deadline);
        self.withdraw(&inquiry, &tasks, tell);
        drop((hopeless, tasks));
        let mut found = core::mem::take(&mut inquiry.answers.lock().found);
        for (answers, number) in found.iter_mut().zip(numbers) {
            answers.resize(number, Survey::Unknown);
        }
        found
    }

    /// Leaves an order for each question of which something may come. Answers the others.
    fn leave(&self, questions: Vec<Question<W>>, inquiry: &Arc<Inquiry<W>>) -> Vec<Question<W>> {
        let bound = self.shared.bound.load(Ordering::Relaxed);
        let mut hopeless = Vec::new();
        let mut orders = Vec::new();
        {
            let state = self.shared.state.lock();
            for (place, question) in questions.into_iter().enumerate() {
                if question.claims.is_empty()
                    || state.hopeless(&question.task, question.user, bound)
                {
                    hopeless.push(question);
                } else {
                    let inquiry = Arc::clone(inquiry);
                    orders.push(Order {
                        question,
                        inquiry,
                        place,
                    });
                }
            }
        }
        if orders.is_empty() {
            return hopeless;
        }
        // Before a surveyor can answer the first.
        inquiry.answers.lock().left = orders.len();
        let (idle, first) = {
            let mut state = self.shared.state.lock();
            state.waiting.extend(orders);
            let first = state.surveyors == 0;
            if first {
                state.surveyors = 1;
            }
            (state.idle != 0, first)
        };
        if first {
            self.hire();
        } else if idle {
            self.shared.work.signal();
        }
        hopeless
    }

    /// Makes a surveyor that is counted already.
    fn hire(&self) {
        let shared = Arc::clone(&self.shared);
        let hired = self.shared.world.spawn(Box::new(move || shared.serve()));
        if hired.is_err() {
            // Orders wait for the surveyors there are, or for the askers' deadlines.
            let mut state = self.shared.state.lock();
            state.surveyors = state.surveyors.saturating_sub(1);
        }
    }

    /// Doubles the surveyors, if orders wait that might be served.
    fn hire_more(&self) {
        let bound = self.shared.bound.load(Ordering::Relaxed);
        let more = {
            let mut state = self.shared.state.lock();
            let ready = state
                .waiting
                .iter()
                .filter(|order| {
                    let Question { task, user, .. } = &order.question;
                    state.of_user(*user).0 < bound_of(*user, bound)
                        && !state.active.contains_key(task)
                })
                .count() as u64;
            let more = ready
                .min(state.surveyors.max(1))
                .min(STUCK_MAX.saturating_sub(state.surveyors));
            let more = if state.idle == 0 { more } else { 0 };
            state.surveyors += more;
            more
        };
        for _ in 0..more {
            self.hire();
        }
    }

    /// Waits until the inquiry is answered, or for the deadline.
    fn wait(&self, inquiry: &Inquiry<W>, tasks: &[W::Task], deadline: &mut Deadline) {
        for _ in 0..PAUSES {
            if inquiry.answers.lock().left == 0 {
                return;
            }
            self.shared.world.pause();
        }
        let mut finished = None;
        loop {
            let seen = inquiry.done.read();
            {
                let mut answers = inquiry.answers.lock();
                if answers.left == 0 {
                    return;
                }
                answers.asleep = true;
            }
            inquiry.done.wait(seen, SLICE);
            {
                let mut answers = inquiry.answers.lock();
                answers.asleep = false;
                if answers.left == 0 {
                    return;
                }
            }
            let now = self.shared.world.uptime();
            if deadline.is_over_at(now) {
                return;
            }
            let progress = {
                let mut state = self.shared.state.lock();
                for task in tasks {
                    if let Some(active) = state.active.get_mut(task) {
                        active.waited.at(now);
                    }
                }
                finished.replace(state.finished) != Some(state.finished)
            };
            if !progress {
                self.hire_more();
            }
        }
    }

    /// Takes back the orders of an inquiry that nobody waits for any more, and notes which tasks
    /// kept it waiting in vain.
    fn withdraw(&self, inquiry: &Arc<Inquiry<W>>, tasks: &[W::Task], tell: impl Fn(Line)) {
        if inquiry.answers.lock().left == 0 {
            return;
        }
        let mut lines = Vec::new();
        let mine = |order: &Order<W>| Arc::ptr_eq(&order.inquiry, inquiry);
        let now = self.shared.world.uptime();
        let withdrawn = {
            let mut state = self.shared.state.lock();
            for task in tasks {
                let Some(active) = state.active.get_mut(task) else {
                    continue;
                };
                if active.waited.at(now) < PATIENCE / 2 || active.stuck {
                    continue;
                }
                active.stuck = true;
                let (user, Pid(pid)) = (active.user, active.pid);
                if let Some((_, stuck)) = state.by_user.get_mut(&user) {
                    *stuck += 1;
                }
                let topic = Topic {
                    user,
                    what: "does not answer",
                };
                let line = format!(
                    "process {pid} of user {user} does not answer: what it attached counts as attached"
                );
                lines.push((topic, line));
            }
            let (withdrawn, kept): (VecDeque<_>, VecDeque<_>) = core::mem::take(&mut state.waiting)
                .into_iter()
                .partition(mine);
            state.waiting = kept;
            withdrawn
        };
        // They hold what is a client's.
        drop(withdrawn);
        lines.into_iter().for_each(tell);
    }
}

impl<W: World> Drop for Desk<W> {
    fn drop(&mut self) {
        self.shared.state.lock().closed = true;
        self.shared.work.signal();
    }
}

impl<W: World> Shared<W> {
    /// The body of a surveyor.
    fn serve(&self) {
        loop {
            let seen = self.work.read();
            let bound = self.bound.load(Ordering::Relaxed);
            let order = {
                let mut state = self.state.lock();
                if state.closed {
                    state.surveyors -= 1;
                    return;
                }
                let order = state.take(bound);
                if order.is_none() {
                    state.idle += 1;
                }
                order
            };
            match order {
                Some(order) => self.survey(order),
                None if self.rest(seen) => {}
                None => return,
            }
        }
    }

    /// Waits for work. `false`: there was none, and the surveyor is to end.
    fn rest(&self, seen: u32) -> bool {
        self.work.wait(seen, IDLE);
        let idle_for_long = self.work.read() == seen;
        let mut state = self.state.lock();
        state.idle -= 1;
        // An order that came meanwhile counted on those who are idle.
        let ends = idle_for_long && state.waiting.is_empty();
        if ends {
            state.surveyors -= 1;
        }
        !ends
    }

    /// Looks at a task, which may take for ever, and answers whoever still waits.
    fn survey(&self, order: Order<W>) {
        let Order {
            question,
            inquiry,
            place,
        } = order;
        let Question {
            task, claims, pid, ..
        } = question;
        let mut found = Vec::new();
        let budget = BUDGET.saturating_add(claims.len() as u64);
        // A panic costs this answer: it stays unknown.
        self.world.guard("survey", &mut || {
            found = self.world.survey(&task, &claims, budget);
        });
        // Before the asker goes on: with these the last reference to a segment may go, and the
        // asker may rely on that.
        drop(claims);
        let (own, freed) = {
            let mut state = self.state.lock();
            (
                state.finish(&task),
                !state.waiting.is_empty() && state.idle != 0,
            )
        };
        let late = own.as_ref().is_some_and(|(_, active)| active.stuck);
        drop((own, task));
        if freed {
            // An order may have waited for just this task or user.
            self.work.signal();
        }
        let last = {
            let mut answers = inquiry.answers.lock();
            if let Some(answer) = answers.found.get_mut(place) {
                *answer = found;
            }
            answers.left = answers.left.saturating_sub(1);
            answers.left == 0 && answers.asleep
        };
        if last {
            inquiry.done.signal();
        }
        if late {
            let Pid(pid) = pid;
            self.world.log(&format!("process {pid} answers again"));
        }
    }
}
