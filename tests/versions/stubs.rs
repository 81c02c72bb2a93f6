// SPDX-License-Identifier: GPL-2.0-or-later
//! Today's stubs: they send what version 1 sent, and understand what it answered.

use std::thread;

use gnumach::right::{Name, ReceiveRight, SendRight};
use gnumach::{sys, trap};

use super::client::Client;
use super::frozen::{
    self, COPIED, INFO, INT32, INT64, MADE, RIGHT, Request, SEGMENT, arguments, table,
};

/// Calls a stub on a port of ours, holds its request against that of version 1, answers with
/// `reply`, and gives back what the stub made of it.
fn exchange<R: Send>(want: &Request, reply: &[u64], call: impl FnOnce(&Client) -> R + Send) -> R {
    let server = ReceiveRight::allocate().unwrap();
    let client = Client::new(server.make_send().unwrap());
    // The port goes when a check here fails, and with it the other thread's wait.
    thread::scope(move |scope| {
        let client = client;
        let answer = scope.spawn(move || call(&client));
        let came = frozen::receive(&server).unwrap();
        assert_eq!((came.id, came.complex), (want.id, want.complex));
        // The kernel made a right of what the client copied.
        let mut wanted = arguments(&want.body);
        for (kind, _) in &mut wanted {
            if *kind == COPIED {
                *kind = RIGHT;
            }
        }
        assert_eq!(arguments(&came.body), wanted, "{}", want.id);
        for (kind, words) in arguments(&came.body) {
            if kind == RIGHT {
                // SAFETY: the message gave it to us.
                drop(unsafe { SendRight::from_raw(words[0] as Name) });
            }
        }
        let mut bits = sys::MACH_MSG_TYPE_MOVE_SEND_ONCE;
        let carries = |kind: u64| kind == MADE || kind == RIGHT || kind & 0x2000_0000 == 0;
        if arguments(reply).iter().any(|(kind, _)| carries(*kind)) {
            bits |= sys::MACH_MSGH_BITS_COMPLEX;
        }
        frozen::send(want.id + 100, bits, came.reply, 0, reply).unwrap();
        answer.join().unwrap()
    })
}

const OK: [u64; 2] = [INT32, 0];

fn succeeds(arguments: &[u64]) -> Vec<u64> {
    [&OK, arguments].concat()
}

/// A segment, each field with a value of its own.
const WORDS: [u64; 12] = [
    0x0000_0007_0000_0041,
    0x0000_0064_0000_03e8,
    0x0000_00c8_0000_07d0,
    0x0000_0002_0000_03a0,
    5000,
    11,
    12,
    13,
    0x0000_0016_0000_0015,
    3,
    8192,
    4096,
];

#[test]
fn stubs_speak_as_version_1_did() {
    let me = trap::mach_task_self();
    let other = ReceiveRight::allocate().unwrap();
    let made = u64::from(other.name());

    let reply = succeeds(&[INT32, 1]);
    assert_eq!(exchange(&frozen::version(), &reply, Client::version), Ok(1));

    let reply = succeeds(&[INT32, 65]);
    let want = frozen::get(me, -5, 1 << 40, 0o3640);
    let id = exchange(&want, &reply, |client| client.get(-5, 1 << 40, 0o3640));
    assert_eq!(id, Ok(65));

    let reply = succeeds(&[INT64, 0x7000_0000, INT64, 8192, MADE, made]);
    let want = frozen::attach(me, 65, 0o30_000, 0x7000_0123);
    let attached = exchange(&want, &reply, |client| {
        client.attach(65, 0o30_000, 0x7000_0123)
    });
    let attached = attached.unwrap();
    assert_eq!((attached.address, attached.size), (0x7000_0000, 8192));
    assert_eq!(attached.token.name(), other.name());

    let want = frozen::detach(me, 0x7000_0000);
    assert_eq!(
        exchange(&want, &OK, |client| client.detach(0x7000_0000)),
        Ok(())
    );

    let reply = succeeds(&[&[SEGMENT], &WORDS[..]].concat());
    let ds = exchange(&frozen::stat(65, 0), &reply, |client| client.stat(65)).unwrap();
    assert_eq!((ds.id, ds.key, ds.uid, ds.gid), (65, 7, 1000, 100));
    assert_eq!((ds.cuid, ds.cgid, ds.mode, ds.seq), (2000, 200, 0o1640, 2));
    assert_eq!((ds.segsz, ds.atime, ds.dtime, ds.ctime), (5000, 11, 12, 13));
    assert_eq!((ds.cpid, ds.lpid, ds.nattch), (21, 22, 3));
    assert_eq!((ds.rss, ds.swap), (8192, 4096));

    let want = frozen::set(65, 1000, 100, 0o640);
    assert_eq!(
        exchange(&want, &OK, |client| client.set(65, 1000, 100, 0o640)),
        Ok(())
    );
    assert_eq!(
        exchange(&frozen::remove(65), &OK, |client| client.remove(65)),
        Ok(())
    );
    assert_eq!(
        exchange(&frozen::lock(65, 1), &OK, |client| client.lock(65, 1)),
        Ok(())
    );

    let reply = succeeds(&[INFO, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    let info = exchange(&frozen::info(), &reply, Client::info).unwrap();
    assert_eq!(
        (info.shmmax, info.shmmin, info.shmmni, info.shmseg),
        (1, 2, 3, 4)
    );
    assert_eq!((info.shmall, info.used_ids, info.shm_tot), (5, 6, 7));
    assert_eq!((info.shm_rss, info.shm_swp, info.max_index), (8, 9, 10));

    let none = exchange(&frozen::list(), &succeeds(&[table(0)]), Client::list);
    assert!(none.unwrap().is_empty());
    let reply = succeeds(&[&[table(2)], &WORDS[..], &WORDS[..]].concat());
    let listed = exchange(&frozen::list(), &reply, Client::list).unwrap();
    assert_eq!((listed.len(), listed[1].id, listed[1].swap), (2, 65, 4096));
    // Out of line, copied from here.
    let pages: Vec<u64> = WORDS.repeat(30);
    let copied = (12 * 30_u64) << 32 | 0x4000_400b;
    let reply = succeeds(&[copied, pages.as_ptr().expose_provenance() as u64]);
    let listed = exchange(&frozen::list(), &reply, Client::list).unwrap();
    assert_eq!((listed.len(), listed[29].key), (30, 7));

    let ticket = exchange(&frozen::fork(me), &succeeds(&[MADE, made]), Client::fork);
    let ticket = ticket.unwrap().unwrap();
    assert_eq!(ticket.name(), other.name());
    let none = exchange(&frozen::fork(me), &succeeds(&[RIGHT, 0]), Client::fork);
    assert!(none.unwrap().is_none());
    let want = frozen::fork_child(me, ticket.name());
    let name = ticket.name();
    let token = exchange(&want, &succeeds(&[MADE, made]), |client| {
        client.fork_child(me, name)
    });
    assert_eq!(token.unwrap().name(), other.name());
}

/// An error is a code alone, whatever the routine would return; so is that of a server which does
/// not know a routine.
#[test]
fn stubs_understand_refusals_of_version_1() {
    let refused = [INT32, 0x4000_0016];
    let einval = super::client::EINVAL;
    let stat = exchange(&frozen::stat(1, 0), &refused, |client| client.stat(1));
    assert_eq!(stat.map(|ds| ds.id), Err(einval));
    let listed = exchange(&frozen::list(), &refused, Client::list);
    assert_eq!(listed.map(|all| all.len()), Err(einval));
    let me = trap::mach_task_self();
    let attached = exchange(&frozen::attach(me, 1, 0, 0), &refused, |client| {
        client.attach(1, 0, 0)
    });
    assert_eq!(attached.map(|it| it.address), Err(einval));

    let unknown = [INT32, u64::from(sys::MIG_BAD_ID.cast_unsigned())];
    let access = Request {
        id: 42_012,
        complex: false,
        body: vec![INT32, 65],
    };
    let answer = exchange(&access, &unknown, |client| client.access(65));
    assert_eq!(answer.map_err(|error| error.code()), Err(sys::MIG_BAD_ID));
}
