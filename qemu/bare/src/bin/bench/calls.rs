// SPDX-License-Identifier: GPL-2.0-or-later
//! Single calls, against the null RPC and the kernel's share of the work.

use alloc::format;
use core::cell::{Cell, RefCell};

use bare::client::{Answer, Session};
use gnumach::error::check;
use gnumach::right::{Name, ReceiveRight, SendRight};
use gnumach::{sys, trap};
use shm::mach::names::TaskName;
use shm::wire::defs::SYSVSHM_HELD;

use crate::table::{Series, Table, timed_call, turns};
use crate::{Bench, CREATE, MIB};

const TURNS: usize = 400;

/// The key of the one segment that is looked for.
const KEY: i32 = 0x6265_6e63;

/// `vm_map` of 1 MiB in this task: of zero pages, or of a memory object.
pub fn map(object: Name) -> Answer<usize> {
    let mut address = 0;
    let rights = (sys::VM_PROT_READ | sys::VM_PROT_WRITE) as _;
    // SAFETY: new pages, at an address that the kernel chooses.
    check(unsafe {
        trap::vm_map(
            trap::mach_task_self(),
            &mut address,
            MIB as _,
            0,
            1,
            object,
            0,
            0,
            rights,
            rights,
            sys::VM_INHERIT_SHARE as _,
        )
    })?;
    Ok(address)
}

/// As [`map`], by the message that a task whose maps are not its own must send.
fn map_by_message(object: Name) -> Answer<usize> {
    let mut address = 0;
    let rights = (sys::VM_PROT_READ | sys::VM_PROT_WRITE) as _;
    // SAFETY: as in `map`.
    check(unsafe {
        sys::mig_k_vm_map(
            trap::mach_task_self(),
            &mut address,
            MIB as _,
            0,
            1,
            object,
            0,
            0,
            rights,
            rights,
            sys::VM_INHERIT_SHARE as _,
        )
    })?;
    Ok(address)
}

/// Removes what [`map`] mapped, or any other pages.
pub fn unmap(address: usize, size: u64) -> Answer<()> {
    // SAFETY: nothing refers to these pages.
    check(unsafe { trap::vm_deallocate(trap::mach_task_self(), address, size as _) })
}

/// One kernel call by message: `vm_region` of this task.
fn region(address: usize) -> Answer<()> {
    let task = TaskName::new(trap::mach_task_self());
    shm::mach::region::region(task, address as u64).map(drop)
}

/// Attachments of the caller that come and go in pairs of timed calls.
struct Pair<'a> {
    session: &'a Session,
    /// How it attaches.
    flags: u32,
    address: Cell<u64>,
    token: RefCell<Option<SendRight>>,
}

impl<'a> Pair<'a> {
    fn new(session: &'a Session, flags: u32) -> Self {
        Self {
            session,
            flags,
            address: Cell::new(0),
            token: RefCell::new(None),
        }
    }

    fn attach(&self, id: i32) -> Answer<u64> {
        let (time, attached) = timed_call(|| self.session.attach(id, self.flags, 0))?;
        self.address.set(attached.address);
        self.token.replace(Some(attached.token));
        Ok(time)
    }

    fn detach(&self) -> Answer<u64> {
        let (time, ()) = timed_call(|| self.session.detach(self.address.get()))?;
        self.token.replace(None);
        Ok(time)
    }
}

/// The time of an attach with these flags and of its detach, by turns with a null RPC.
pub fn attach_and_detach(
    session: &Session,
    id: i32,
    flags: u32,
    count: usize,
) -> Answer<[Series; 3]> {
    let pair = Pair::new(session, flags);
    turns(
        count,
        [
            &mut || timed_call(|| session.version()).map(|(time, _)| time),
            &mut || pair.attach(id),
            &mut || pair.detach(),
        ],
    )
}

impl Bench<'_> {
    /// The calls of shm.defs with few segments present.
    pub fn calls(&self, table: &mut Table) -> Answer<()> {
        let session = &self.session;
        let id = session.get(0, MIB, 0o600)?;
        let port = ReceiveRight::allocate()?;
        let object = port.make_send()?;
        // Keeps the kernel's object for the whole time, as the server's anchor does for a segment.
        let anchor = map(object.name())?;
        let place = Cell::new(0);
        let mapped = |map: fn(Name) -> Answer<usize>, object: Name| {
            let (time, address) = timed_call(|| map(object))?;
            place.set(address);
            Ok(time)
        };
        let unmapped = || timed_call(|| unmap(place.get(), MIB)).map(|(time, ())| time);
        let null = || timed_call(|| session.version()).map(|(time, _)| time);

        // A process that holds its token and has another segment attached.
        let other = session.get(KEY, 4096, CREATE | 0o600)?;
        let held = session.attach(other, 0, 0)?;
        let pair = Pair::new(session, SYSVSHM_HELD);
        let [
            rpc,
            anonymous,
            _,
            of_object,
            removed,
            by_message,
            _,
            attach,
            detach,
            ask,
            find,
        ] = turns(
            TURNS,
            [
                &mut || null(),
                &mut || mapped(map, 0),
                &mut || unmapped(),
                &mut || mapped(map, object.name()),
                &mut || unmapped(),
                &mut || mapped(map_by_message, object.name()),
                &mut || unmapped(),
                &mut || pair.attach(id),
                &mut || pair.detach(),
                &mut || timed_call(|| region(anchor)).map(|(time, ())| time),
                &mut || timed_call(|| session.get(KEY, 0, 0)).map(|(time, _)| time),
            ],
        )?;
        table.part("Attach, 1 MiB", "call");
        table.plain("null RPC (sysvshm_version)", &rpc);
        table.plain("vm_map, anonymous (trap)", &anonymous);
        table.plain("vm_map, memory object (trap)", &of_object);
        table.plain("vm_map, memory object (message)", &by_message);
        table.plain("vm_deallocate (trap)", &removed);
        table.plain("vm_region (kernel RPC)", &ask);
        // What a right in the request costs: an attach has to say for which task.
        table.row("with a task port (get by key) / null", &find, &rpc, 0);
        for (name, map, budget) in [
            ("attach / null + anonymous, trap", &anonymous, 0),
            ("attach / null + object, trap", &of_object, 130),
            ("attach / null + object, message", &by_message, 130),
        ] {
            table.row(name, &attach, &rpc.plus(map), budget);
        }
        let told = find.plus(&by_message);
        table.row("attach / task port + object, message", &attach, &told, 0);
        let unmapping = rpc.plus(&ask).plus(&removed);
        table.row("detach / null + region + dealloc", &detach, &unmapping, 0);

        session.detach(held.address)?;
        drop(held);
        let [rpc, attach, detach] = attach_and_detach(session, id, 0, TURNS)?;
        table.row("first attach of a process / null", &attach, &rpc, 0);
        table.row("last detach of a process / null", &detach, &rpc, 0);
        session.remove(other)?;
        session.remove(id)?;
        unmap(anchor, MIB)?;

        self.control_calls(table)
    }

    fn control_calls(&self, table: &mut Table) -> Answer<()> {
        let session = &self.session;
        let keyed = session.get(KEY, MIB, CREATE | 0o600)?;
        let some = [0_usize, 1, 10].map(|count| (count, session.get(0, MIB, 0o600)));
        let mut kept = alloc::vec::Vec::new();
        let mut ids = [0; 3];
        for ((count, id), slot) in some.into_iter().zip(&mut ids) {
            *slot = id?;
            for _ in 0..count {
                kept.push(session.attach(*slot, 0, 0)?);
            }
        }
        let null = || timed_call(|| session.version()).map(|(time, _)| time);
        let stat = |id: i32| timed_call(|| session.stat(id)).map(|(time, _)| time);
        let new = Cell::new(0);
        let place = kept[0].address as usize;
        let [rpc, ask, create, remove, find, none, one, ten, set, info] = turns(
            TURNS,
            [
                &mut || null(),
                &mut || timed_call(|| region(place)).map(|(time, ())| time),
                &mut || {
                    let (time, id) = timed_call(|| session.get(0, MIB, 0o600))?;
                    new.set(id);
                    Ok(time)
                },
                &mut || timed_call(|| session.remove(new.get())).map(|(time, ())| time),
                &mut || timed_call(|| session.get(KEY, 0, 0)).map(|(time, _)| time),
                &mut || stat(ids[0]),
                &mut || stat(ids[1]),
                &mut || stat(ids[2]),
                &mut || timed_call(|| session.set(keyed, 0, 0, 0o600)).map(|(time, ())| time),
                &mut || timed_call(|| session.info()).map(|(time, _)| time),
            ],
        )?;
        table.part("Control", "call");
        table.plain("null RPC (sysvshm_version)", &rpc);
        table.row("get, new 1 MiB", &create, &rpc, 300);
        table.row("get, by key", &find, &rpc, 0);
        table.row("remove, never attached", &remove, &rpc, 0);
        table.row("set", &set, &rpc, 0);
        table.row("info", &info, &rpc, 0);
        table.plain("vm_region (kernel RPC)", &ask);
        // Looking costs a kernel call for each attachment, and nothing can be done about it.
        let limit = |count: u64| rpc.tenths(13).plus(&ask.tenths(10 * count));
        for (count, series) in [(0, &none), (1, &one), (10, &ten)] {
            let name = format!("stat, {count} att. / 1.3 null + region");
            table.row(&name, series, &limit(count), 100);
        }
        for attached in kept {
            session.detach(attached.address)?;
        }
        for id in ids {
            session.remove(id)?;
        }
        session.remove(keyed)
    }
}
