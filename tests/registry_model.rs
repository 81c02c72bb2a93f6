// SPDX-License-Identifier: GPL-2.0-or-later
//! Random steps of the registry against a model that is a list: ids, keys, totals and
//! nattch.

use proptest::prelude::*;
use shm::engine::ledger::{Account, Charge, Kind, Ledger, Refused};
use shm::registry::limits::PROCESS_TICKETS;
use shm::registry::permission;
use shm::registry::{Demand, Departure, Holder, Lookup, NewSegment, Registry};
use shm::{AttachFlags, Caller, Error, GetFlags, Id, Limits, Pid, Usage, Which};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const ROOT: Caller<'_> = Caller {
    uids: &[0],
    gids: &[0],
};
const PAGE: u64 = 4096;

/// Arguments are reduced to what exists.
#[derive(Clone, Debug)]
enum Step {
    Create { key: i32, size: u64 },
    Attach { segment: usize, task: u8, page: u64 },
    FailedAttach { segment: usize },
    Detach { attachment: usize },
    Gone { attachment: usize },
    Remove { segment: usize },
    Fork { task: u8 },
    Claim { ticket: usize, child: u8 },
    Limits { shmall: u64, shmmni: u32 },
}

/// A segment as the model knows it.
struct Known {
    id: Id,
    key: i32,
    size: u64,
    removed: bool,
}

/// Who has what where; tickets are numbers from 1000.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Attached {
    holder: u32,
    id: Id,
    base: u64,
}

struct Model {
    registry: Registry<Arc<Charge>, u32, u32>,
    account: Arc<Account>,
    segments: Vec<Known>,
    attached: Vec<Attached>,
    tickets: Vec<u32>,
    /// Who forked with which ticket.
    parents: BTreeMap<u32, u32>,
    issued: BTreeSet<Id>,
    /// Memories created and not yet let go of.
    memories: u64,
}

fn step() -> impl Strategy<Value = Step> {
    let some = 0..64usize;
    prop_oneof![
        6 => (0..6i32, 0..5 * PAGE).prop_map(|(key, size)| Step::Create { key, size }),
        6 => (some.clone(), 0..3u8, 1..4u64)
            .prop_map(|(segment, task, page)| Step::Attach { segment, task, page }),
        1 => some.clone().prop_map(|segment| Step::FailedAttach { segment }),
        4 => some.clone().prop_map(|attachment| Step::Detach { attachment }),
        2 => some.clone().prop_map(|attachment| Step::Gone { attachment }),
        3 => some.clone().prop_map(|segment| Step::Remove { segment }),
        1 => (0..3u8).prop_map(|task| Step::Fork { task }),
        1 => (some, 3..6u8).prop_map(|(ticket, child)| Step::Claim { ticket, child }),
        1 => (1..40u64, 1..20u32).prop_map(|(shmall, shmmni)| Step::Limits { shmall, shmmni }),
    ]
}

impl Model {
    fn new() -> Self {
        Self {
            registry: Registry::new(Limits::default(), 7),
            account: Ledger::<parking_lot::RawMutex>::new().account(0),
            segments: Vec::new(),
            attached: Vec::new(),
            tickets: Vec::new(),
            parents: BTreeMap::new(),
            issued: BTreeSet::new(),
            memories: 0,
        }
    }

    fn apply(&mut self, step: Step) {
        match step {
            Step::Create { key, size } => self.create(key, size),
            Step::Attach {
                segment,
                task,
                page,
            } => {
                let Some(id) = self.some_segment(segment) else {
                    return;
                };
                let flags = AttachFlags::empty();
                let begun =
                    self.registry
                        .begin_attach(&ROOT, &self.account, id.raw(), page * PAGE, flags);
                let (new, holder) = (page * PAGE, task.into());
                let (pinned, charge) = begun.expect("it exists");
                let replaced = self
                    .registry
                    .commit_attach(&pinned, charge, holder, Pid(1), new, 1);
                assert!(replaced.is_empty());
                let attached = Attached {
                    holder,
                    id,
                    base: new,
                };
                // At one place, a task has a segment attached once.
                self.attached.retain(|old| *old != attached);
                self.attached.push(attached);
            }
            Step::FailedAttach { segment } => {
                let Some(id) = self.some_segment(segment) else {
                    return;
                };
                let flags = AttachFlags::empty();
                let begun = self
                    .registry
                    .begin_attach(&ROOT, &self.account, id.raw(), 0, flags);
                self.registry.abort_attach(&begun.expect("it exists").0);
            }
            Step::Detach { attachment } => self.detach(attachment),
            Step::Gone { attachment } => {
                let Some(attached) = self.some_attached(attachment) else {
                    return;
                };
                let found = self.registry.attachments(attached.id).find(|(_, record)| {
                    let (Holder::Task(holder) | Holder::Ticket(holder)) = record.holder;
                    (holder, record.base) == (attached.holder, attached.base)
                });
                let serial = found.expect("on record").0;
                self.registry.drop_gone(attached.id, serial, 1);
                self.registry.drop_gone(attached.id, serial, 1);
                self.attached.retain(|old| *old != attached);
            }
            Step::Remove { segment } => {
                let Some(id) = self.some_segment(segment) else {
                    return;
                };
                self.registry.remove(id).expect("it exists");
                let known = self.segments.iter_mut().find(|known| known.id == id);
                let known = known.expect("the model has it");
                (known.removed, known.key) = (true, 0);
            }
            Step::Fork { task } => self.fork(task.into()),
            Step::Claim { ticket, child } => self.claim(ticket, child.into()),
            Step::Limits { shmall, shmmni } => {
                let limits = Limits {
                    shmall,
                    shmmni,
                    ..Limits::default()
                };
                self.registry.set_limits(limits).expect("not too many");
            }
        }
        let attached = &self.attached;
        let in_use = |known: &Known| attached.iter().any(|attached| attached.id == known.id);
        self.segments
            .retain(|known| !known.removed || in_use(known));
        self.memories -= self
            .registry
            .take_trash()
            .map_or(0, |trash| trash.memories.len() as u64);
    }

    fn create(&mut self, key: i32, size: u64) {
        let demand = Demand {
            key,
            size,
            flags: GetFlags::from(0o1600),
        };
        let owner = permission::Ownership::of_new(&ROOT, 0o600).expect("root has a user id");
        let existing = self
            .segments
            .iter()
            .find(|known| key != 0 && known.key == key);
        let limits = self.registry.limits();
        let pages = |size: u64| size.div_ceil(PAGE);
        let total: u64 = self.segments.iter().map(|known| pages(known.size)).sum();
        let expected = match existing {
            Some(known) if size > known.size => Err(Error::EINVAL),
            Some(known) => Ok(Some(known.id)),
            None if size == 0 => Err(Error::EINVAL),
            None if total + pages(size) > limits.shmall => Err(Error::ENOSPC),
            None if self.segments.len() as u64 >= limits.shmmni.into() => Err(Error::ENOSPC),
            None => Ok(None),
        };
        let created = self.create_as_the_engine(&demand, owner);
        match (expected, created) {
            (Err(expected), created) => assert_eq!(created, Err(expected)),
            (Ok(Some(expected)), created) => assert_eq!(created, Ok(expected)),
            (Ok(None), created) => {
                let id = created.expect("there is room");
                assert!(id.raw() > 0);
                assert!(self.issued.insert(id), "{id:?} was issued before");
                self.segments.push(Known {
                    id,
                    key,
                    size,
                    removed: false,
                });
            }
        }
    }

    /// Looks, charges the pages, and creates.
    fn create_as_the_engine(
        &mut self,
        demand: &Demand,
        owner: permission::Ownership,
    ) -> Result<Id, Error> {
        let refused = |refused: Refused| refused.error;
        if let Lookup::Found(id) = self.registry.lookup(&ROOT, demand)? {
            return Ok(id);
        }
        let checked = self.registry.check_new(demand, &self.account, u64::MAX);
        let (mapped, bound) = checked.map_err(refused)?;
        let charge = self.account.charge(Kind::Pages, mapped / PAGE, bound);
        let new = NewSegment {
            owner,
            creator: Pid(1),
            memory: Arc::new(charge.expect("it would fit")),
            account: Arc::clone(&self.account),
            now: 1,
        };
        self.memories += 1;
        self.registry.create(&ROOT, demand, new).map_err(refused)
    }

    fn detach(&mut self, attachment: usize) {
        let Some(attached) = self.some_attached(attachment) else {
            return;
        };
        if attached.holder >= 1000 {
            return;
        }
        let suspect = self.registry.begin_detach(&attached.holder, attached.base);
        let suspect = suspect.expect("on record");
        assert!(self.registry.finish_detach(&suspect, Departure::Removed, 1));
        // The newest at that base is the one.
        let same = |old: &Attached| (old.holder, old.base) == (attached.holder, attached.base);
        let newest = self
            .attached
            .iter()
            .rposition(same)
            .expect("the model has it");
        assert_eq!(self.attached.remove(newest).id, suspect.segment);
    }

    fn fork(&mut self, task: u32) {
        let ticket = 1000 + self.tickets.len() as u32;
        let inherited = self
            .attached
            .iter()
            .filter(|attached| attached.holder == task);
        let inherited: Vec<_> = inherited
            .map(|attached| Attached {
                holder: ticket,
                ..*attached
            })
            .collect();
        let forks = |tickets: &[u32], attached: &[Attached]| {
            let of_task = tickets.iter().filter(|ticket| {
                self.parents.get(ticket) == Some(&task)
                    && attached.iter().any(|attached| attached.holder == **ticket)
            });
            of_task.count() as u64
        };
        let full = forks(&self.tickets, &self.attached) >= PROCESS_TICKETS;
        let done = self.registry.inherit(&task, &ticket, &self.account, 1);
        assert_eq!(done.is_err(), full);
        if let Ok(any) = done {
            assert_eq!(any, !inherited.is_empty());
            self.tickets.push(ticket);
            self.parents.insert(ticket, task);
            self.attached.extend(inherited);
        }
    }

    fn claim(&mut self, ticket: usize, child: u32) {
        if self.tickets.is_empty() {
            return;
        }
        let ticket = self.tickets[ticket % self.tickets.len()];
        let (claimed, others): (Vec<_>, Vec<_>) = self
            .attached
            .iter()
            .partition(|attached| attached.holder == ticket);
        self.attached = others;
        let done = self.registry.claim(&ticket, &child, Pid(2), 1);
        assert_eq!(done.is_ok(), !claimed.is_empty());
        for attached in claimed {
            let attached = Attached {
                holder: child,
                ..attached
            };
            self.attached.retain(|old| *old != attached);
            self.attached.push(attached);
        }
    }

    /// The registry is as the model says.
    fn check(&self) {
        let info = self.registry.info(Usage::default());
        assert_eq!(info.used_ids as usize, self.segments.len());
        assert_eq!(self.memories, u64::from(info.used_ids));
        self.check_account();
        let pages: u64 = self
            .segments
            .iter()
            .map(|known| known.size.div_ceil(PAGE))
            .sum();
        assert_eq!(info.shm_tot, pages);
        let highest = self.segments.iter().map(|known| known.id.index()).max();
        assert_eq!(info.max_index, highest.map_or(0, i32::from));
        assert_eq!(
            self.registry.counts().attachments as usize,
            self.attached.len()
        );
        for known in &self.segments {
            let (stat, _) = self.registry.stat(known.id).expect("it exists");
            let attached = self
                .attached
                .iter()
                .filter(|attached| attached.id == known.id);
            assert_eq!(stat.nattch, attached.count() as u64);
            assert_eq!((stat.key, stat.segsz), (known.key, known.size));
            assert_eq!(stat.mode & 0o1000 != 0, known.removed);
            let index = Which::Index(known.id.index().into());
            assert_eq!(self.registry.check_stat(&ROOT, index), Ok(known.id));
            let demand = Demand {
                key: known.key,
                size: 0,
                flags: GetFlags::empty(),
            };
            if known.key != 0 {
                let found = self.registry.lookup(&ROOT, &demand);
                assert_eq!(found, Ok(Lookup::Found(known.id)));
            }
        }
        for stale in &self.issued {
            let exists = self.segments.iter().any(|known| known.id == *stale);
            let which = Which::Id(stale.raw());
            assert_eq!(self.registry.check_stat(&ROOT, which).is_ok(), exists);
        }
    }

    /// What is charged is what there is.
    fn check_account(&self) {
        let tickets: BTreeSet<u32> = self
            .attached
            .iter()
            .map(|attached| attached.holder)
            .filter(|holder| *holder >= 1000)
            .collect();
        let pages = self
            .segments
            .iter()
            .map(|known| known.size.div_ceil(PAGE))
            .sum();
        for (kind, expected) in [
            (Kind::Segments, self.segments.len() as u64),
            (Kind::Pages, pages),
            (Kind::Attachments, self.attached.len() as u64),
            (Kind::Tickets, tickets.len() as u64),
        ] {
            assert_eq!(self.account.used(kind), expected, "{kind:?}");
        }
    }

    fn some_segment(&self, number: usize) -> Option<Id> {
        let count = self.segments.len().max(1);
        self.segments.get(number % count).map(|known| known.id)
    }

    fn some_attached(&self, number: usize) -> Option<Attached> {
        self.attached
            .get(number % self.attached.len().max(1))
            .copied()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_registry_is_its_model(steps in prop::collection::vec(step(), 1..120)) {
        let mut model = Model::new();
        for step in steps {
            model.apply(step);
            model.check();
        }
    }
}
