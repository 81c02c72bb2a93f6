// SPDX-License-Identifier: GPL-2.0-or-later
//! The demonstration: processes of different users share a segment, step by step.
//!
//! Each line says who does what and what came of it, and is checked: a step that went
//! otherwise is marked, and makes the demonstration fail.

#![no_std]
#![no_main]

extern crate alloc;

mod actor;
mod stage;

use alloc::format;
use alloc::string::String;

use bare::client::{Answer, Control, Session, is};
use bare_rt::println;
use bare_rt::task::Ending;
use gnumach::sys;
use shm::Error;
use shm::wire::defs as wire;

use actor::Actor;
use stage::Stage;

bare_rt::entry!(main);

const KEY: i32 = 0x5348_4d21;
const SIZE: u64 = 64 * 1024;
const CREATE: u32 = wire::SYSVSHM_CREATE;
const RDONLY: u32 = wire::SYSVSHM_RDONLY;

fn main() {
    let Some(port) = bare_rt::bootstrap() else {
        return;
    };
    let mut stage = Stage::default();
    if let Err(error) = Play::new(&Control::new(port)).and_then(|play| play.run(&mut stage)) {
        stage.broken(&actor::name(error));
    }
    stage.finish();
}

/// Who plays.
struct Play {
    /// A session of root, to look at what the server says.
    root: Session,
    alice: Actor,
    bob: Actor,
    carol: Actor,
    mallory: Actor,
}

impl Play {
    fn new(control: &Control) -> Answer<Self> {
        Ok(Self {
            root: control.session(&[0], &[0])?,
            alice: Actor::new(control, "alice", 101, 1000, 100)?,
            bob: Actor::new(control, "bob", 102, 1001, 100)?,
            carol: Actor::new(control, "carol", 103, 1002, 100)?,
            mallory: Actor::new(control, "mallory", 104, 1003, 200)?,
        })
    }

    fn run(&self, stage: &mut Stage) -> Answer<()> {
        println!("System V shared memory on GNU Mach alone: a server task and four processes.");
        for actor in [&self.alice, &self.bob, &self.carol, &self.mallory] {
            println!("     {:8} uid {}, gid {}", actor.name, actor.uid, actor.gid);
        }
        println!("\nA segment is found by its key, and seen at different addresses.");
        let (id, at) = self.share(stage)?;
        println!("An attachment with SHM_RDONLY shows what others write, and stays read-only.");
        let read_only = self.read_only(stage, id, at)?;
        println!("\nThe mode is 660: it shuts others out.");
        self.strangers(stage, id);
        println!("\nWho ends while attached is no longer counted.");
        self.deaths(stage, id, read_only)?;
        println!("A removed segment lives until its last detach.");
        self.removal(stage, id, at)?;
        println!("The memory of a segment outlives every attachment.");
        self.persistence(stage)
    }

    /// Two processes find the same segment and see what the other writes. Answers the id, and
    /// where alice has it.
    fn share(&self, stage: &mut Stage) -> Answer<(i32, u64)> {
        let Self { alice, bob, .. } = self;
        let id = alice.get(KEY, SIZE, CREATE | 0o660)?;
        stage.step(
            "alice",
            &format!("shmget({KEY:#x}, {SIZE}, CREAT|0660)"),
            &format!("id {id}"),
            id > 0,
        );
        let same = bob.get(KEY, 0, 0)?;
        stage.step(
            "bob",
            &format!("shmget({KEY:#x}, 0, 0)"),
            &format!("id {same}"),
            same == id,
        );
        let at_alice = alice.attach(id, 0, 0)?;
        stage.step(
            "alice",
            &format!("shmat({id}, NULL, 0)"),
            &format!("{at_alice:#x}"),
            at_alice != 0,
        );
        let place = 0x2000_0000;
        let at_bob = bob.attach(id, place, 0)?;
        stage.step(
            "bob",
            &format!("shmat({id}, {place:#x}, 0)"),
            &format!("{at_bob:#x}"),
            at_bob == place && at_bob != at_alice,
        );
        let middle = SIZE / 2;
        for (writer, there, reader, here, line) in [
            (alice, at_alice, bob, at_bob, "hello from alice"),
            (bob, at_bob, alice, at_alice, "and from bob"),
        ] {
            writer.write(there + middle, line)?;
            let seen = reader.read(here + middle)?;
            stage.step(
                writer.name,
                &format!("writes at {:#x}", there + middle),
                &format!("{line:?}"),
                true,
            );
            stage.step(
                reader.name,
                &format!("reads at {:#x}", here + middle),
                &format!("{seen:?}"),
                seen == line,
            );
        }
        self.table()?;
        Ok((id, at_alice))
    }

    /// Answers where carol has it.
    fn read_only(&self, stage: &mut Stage, id: i32, at_alice: u64) -> Answer<u64> {
        let Self { alice, carol, .. } = self;
        let at = carol.attach(id, 0, RDONLY)?;
        stage.step(
            "carol",
            &format!("shmat({id}, NULL, SHM_RDONLY)"),
            &format!("{at:#x}"),
            at != 0,
        );
        alice.write(at_alice, "for all to read")?;
        let seen = carol.read(at)?;
        stage.step(
            "carol",
            "reads what alice has written",
            &format!("{seen:?}"),
            seen == "for all to read",
        );
        let refusal = carol.allow_writes(at, SIZE);
        stage.step(
            "carol",
            "mprotect(PROT_READ|PROT_WRITE)",
            &outcome(&refusal),
            matches!(refusal, Err(error) if error.is(sys::KERN_PROTECTION_FAILURE)),
        );
        Ok(at)
    }

    fn strangers(&self, stage: &mut Stage, id: i32) {
        let Self { mallory, .. } = self;
        for (what, errno, refusal) in [
            (
                format!("shmget({KEY:#x}, 0, 0600)"),
                Error::EACCES,
                mallory.get(KEY, 0, 0o600).map(drop),
            ),
            (
                format!("shmat({id}, NULL, SHM_RDONLY)"),
                Error::EACCES,
                mallory.attach(id, 0, RDONLY).map(drop),
            ),
            (
                format!("shmctl({id}, IPC_RMID)"),
                Error::EPERM,
                mallory.remove(id),
            ),
        ] {
            let ok = is(&refusal, errno);
            stage.step("mallory", &what, &outcome(&refusal), ok);
        }
    }

    fn deaths(&self, stage: &mut Stage, id: i32, read_only: u64) -> Answer<()> {
        let Self { bob, carol, .. } = self;
        let before = self.root.stat(id)?.nattch;
        stage.step(
            "root",
            &format!("shmctl({id}, IPC_STAT)"),
            &format!("nattch {before}"),
            before == 3,
        );
        let ending = carol.write_and_die(read_only)?;
        let (seen, ok) = match ending {
            Ending::Exception {
                kind,
                code,
                subcode,
            } => {
                let memory = kind == sys::EXC_BAD_ACCESS as i32;
                let protection = code == sys::KERN_PROTECTION_FAILURE;
                let what = if protection {
                    String::from("KERN_PROTECTION_FAILURE")
                } else {
                    format!("exception {kind}, code {code}")
                };
                (
                    format!("killed: {what}"),
                    memory
                        && protection
                        && (read_only..read_only + SIZE).contains(&(subcode as u64)),
                )
            }
            other => (format!("{other:?}"), false),
        };
        stage.step("carol", &format!("writes at {read_only:#x}"), &seen, ok);
        self.count(stage, id, 2)?;
        let ending = bob.kill()?;
        stage.step(
            "root",
            "kill(bob, SIGKILL)",
            &format!("{ending:?}"),
            ending == Ending::Terminated,
        );
        self.count(stage, id, 1)?;
        self.table()
    }

    fn removal(&self, stage: &mut Stage, id: i32, at: u64) -> Answer<()> {
        let Self { alice, .. } = self;
        alice.remove(id)?;
        let dest = self.root.stat(id)?.mode & wire::SYSVSHM_DEST != 0;
        let mark = if dest {
            "SHM_DEST is set"
        } else {
            "no SHM_DEST"
        };
        stage.step("alice", &format!("shmctl({id}, IPC_RMID)"), mark, dest);
        let refusal = alice.get(KEY, 0, 0).map(drop);
        let ok = is(&refusal, Error::ENOENT);
        stage.step(
            "alice",
            &format!("shmget({KEY:#x}, 0, 0)"),
            &outcome(&refusal),
            ok,
        );
        let seen = alice.read(at)?;
        stage.step(
            "alice",
            &format!("reads at {at:#x}"),
            &format!("{seen:?}"),
            seen == "for all to read",
        );
        self.table()?;
        let done = alice.detach(at);
        stage.step(
            "alice",
            &format!("shmdt({at:#x})"),
            &outcome(&done),
            done.is_ok(),
        );
        let gone = self.root.stat(id).map(drop);
        let ok = is(&gone, Error::EINVAL);
        stage.step(
            "root",
            &format!("shmctl({id}, IPC_STAT)"),
            &outcome(&gone),
            ok,
        );
        let left = self.root.info()?;
        stage.step(
            "root",
            "shmctl(0, SHM_INFO)",
            &format!("{} segments, {} pages", left.used_ids, left.shm_rss),
            left.used_ids == 0 && left.shm_rss == 0,
        );
        println!("");
        Ok(())
    }

    fn persistence(&self, stage: &mut Stage) -> Answer<()> {
        let Self { alice, .. } = self;
        let id = alice.get(0, SIZE, 0o600)?;
        stage.step(
            "alice",
            &format!("shmget(IPC_PRIVATE, {SIZE}, 0600)"),
            &format!("id {id}"),
            id > 0,
        );
        let at = alice.attach(id, 0, 0)?;
        alice.write(at, "see you later")?;
        stage.step("alice", "shmat, and writes", "\"see you later\"", true);
        let done = alice.detach(at);
        stage.step("alice", "shmdt", &outcome(&done), done.is_ok());
        self.count(stage, id, 0)?;
        self.table()?;
        let at = alice.attach(id, 0x3000_0000, 0)?;
        let seen = alice.read(at)?;
        stage.step(
            "alice",
            "shmat, and reads",
            &format!("{seen:?}"),
            seen == "see you later",
        );
        alice.detach(at)?;
        let done = alice.remove(id);
        let empty = self.root.list()?.is_empty();
        stage.step(
            "alice",
            "shmdt, and shmctl(IPC_RMID)",
            if empty { "freed" } else { "still there" },
            done.is_ok() && empty,
        );
        println!("");
        Ok(())
    }

    /// A step: root sees so many attachments.
    fn count(&self, stage: &mut Stage, id: i32, wanted: u64) -> Answer<()> {
        let nattch = self.root.stat(id)?.nattch;
        stage.step(
            "root",
            &format!("shmctl({id}, IPC_STAT)"),
            &format!("nattch {nattch}"),
            nattch == wanted,
        );
        Ok(())
    }

    /// Shows the segments as `ipcs -m` of util-linux does.
    fn table(&self) -> Answer<()> {
        println!("\n     ------ Shared Memory Segments --------");
        println!(
            "     {:10} {:8} {:8} {:8} {:10} {:8} status",
            "key", "shmid", "owner", "perms", "bytes", "nattch"
        );
        let cast = [&self.alice, &self.bob, &self.carol, &self.mallory];
        for ds in self.root.list()? {
            let owner = cast.iter().find(|actor| actor.uid == ds.uid);
            println!(
                "     {:#010x} {:<8} {:8} {:<8o} {:<10} {:<8} {}",
                ds.key,
                ds.id,
                owner.map_or("?", |actor| actor.name),
                ds.mode & 0o777,
                ds.segsz,
                ds.nattch,
                if ds.mode & wire::SYSVSHM_DEST != 0 {
                    "dest"
                } else {
                    ""
                },
            );
        }
        println!("");
        Ok(())
    }
}

/// What a call came to, by the name of its refusal.
fn outcome(answer: &Answer<()>) -> String {
    answer
        .as_ref()
        .map_or_else(|error| actor::name(*error), |()| String::from("done"))
}
