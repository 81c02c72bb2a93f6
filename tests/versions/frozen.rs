// SPDX-License-Identifier: GPL-2.0-or-later
//! The messages of version 1, as MIG made them for x86_64 when it was the only one. Nothing here
//! changes any more: programs that were linked then send these words, and expect those.
//!
//! A message is a header of four words of eight bytes, and a body. The body is a row of arguments:
//! a word that says kind, size and number, then the argument in whole words.

use std::ptr;

use gnumach::error::{Kern, check};
use gnumach::right::{NULL, Name, ReceiveRight};
use gnumach::{sys, trap};

/// Words of a header.
pub const HEADER: usize = 4;

/// An `int32_t` or `uint32_t`; the other half of its word says nothing.
pub const INT32: u64 = 0x0000_0001_2000_2002;
/// An `int64_t` or `uint64_t`.
pub const INT64: u64 = 0x0000_0001_2000_400b;
/// A right that the sender keeps, as a client sends it.
pub const COPIED: u64 = 0x0000_0001_2000_4013;
/// A right of a receive right of the sender's.
pub const MADE: u64 = 0x0000_0001_2000_4014;
/// A send right as it arrives.
pub const RIGHT: u64 = 0x0000_0001_2000_4011;
/// `sysvshm_ds_t`: 12 words.
pub const SEGMENT: u64 = 0x0000_000c_2000_400b;
/// `sysvshm_info_t`: 10 words.
pub const INFO: u64 = 0x0000_000a_2000_400b;

/// So many `sysvshm_ds_t` in the message.
pub const fn table(count: u64) -> u64 {
    (12 * count) << 32 | 0x6000_400b
}

/// So many, in pages that come with the message.
pub const fn table_in_pages(count: u64) -> u64 {
    (12 * count) << 32 | 0xc000_400b
}

pub const CREATE: u32 = 0o1000;
pub const EXCLUSIVE: u32 = 0o2000;
pub const HELD: u32 = 0o1_000_000;
pub const BY_ID: u32 = 0;
pub const BY_INDEX: u32 = 1;
pub const BY_INDEX_ANY: u32 = 2;

pub const EPERM: u32 = 0x4000_0001;
pub const ENOENT: u32 = 0x4000_0002;
pub const EEXIST: u32 = 0x4000_0011;
pub const EINVAL: u32 = 0x4000_0016;
pub const ESRCH: u32 = 0x4000_0003;

/// A request.
pub struct Request {
    pub id: i32,
    /// With rights in it.
    pub complex: bool,
    pub body: Vec<u64>,
}

fn request(id: i32, body: &[u64]) -> Request {
    Request {
        id,
        complex: body.first() == Some(&COPIED),
        body: body.to_vec(),
    }
}

pub fn version() -> Request {
    request(42_000, &[])
}

pub fn get(task: Name, key: i32, size: u64, flags: u32) -> Request {
    let key = key.cast_unsigned().into();
    let body = [
        COPIED,
        task.into(),
        INT32,
        key,
        INT64,
        size,
        INT32,
        flags.into(),
    ];
    request(42_001, &body)
}

pub fn attach(task: Name, id: i32, flags: u32, address: u64) -> Request {
    let id = id.cast_unsigned().into();
    let body = [
        COPIED,
        task.into(),
        INT32,
        id,
        INT32,
        flags.into(),
        INT64,
        address,
    ];
    request(42_002, &body)
}

pub fn detach(task: Name, address: u64) -> Request {
    request(42_003, &[COPIED, task.into(), INT64, address])
}

pub fn stat(which: i32, how: u32) -> Request {
    let which = which.cast_unsigned().into();
    request(42_004, &[INT32, which, INT32, how.into()])
}

pub fn set(id: i32, uid: u32, gid: u32, mode: u32) -> Request {
    let id = id.cast_unsigned().into();
    let body = [
        INT32,
        id,
        INT32,
        uid.into(),
        INT32,
        gid.into(),
        INT32,
        mode.into(),
    ];
    request(42_005, &body)
}

pub fn remove(id: i32) -> Request {
    request(42_006, &[INT32, id.cast_unsigned().into()])
}

pub fn lock(id: i32, lock: u32) -> Request {
    request(
        42_007,
        &[INT32, id.cast_unsigned().into(), INT32, lock.into()],
    )
}

pub fn info() -> Request {
    request(42_008, &[])
}

pub fn list() -> Request {
    request(42_009, &[])
}

pub fn fork(task: Name) -> Request {
    request(42_010, &[COPIED, task.into()])
}

pub fn fork_child(task: Name, ticket: Name) -> Request {
    request(42_011, &[COPIED, task.into(), COPIED, ticket.into()])
}

/// The arguments of a body, each with its word of kind, size and number. A half of a word that says
/// nothing is 0.
pub fn arguments(mut body: &[u64]) -> Vec<(u64, Vec<u64>)> {
    let mut all = Vec::new();
    while let Some((&kind, rest)) = body.split_first() {
        let in_pages = kind & 0x2000_0000 == 0;
        let words = if in_pages { 1 } else { (kind >> 32) as usize };
        let mut words: Vec<u64> = rest[..words].to_vec();
        body = &rest[words.len()..];
        if kind == INT32 {
            words[0] &= 0xffff_ffff;
        }
        all.push((kind, words));
    }
    all
}

/// Sends words as they are, with a header of these bits and rights.
///
/// # Errors
/// As `mach_msg`.
pub fn send(id: i32, bits: u32, remote: Name, local: Name, body: &[u64]) -> Result<(), Kern> {
    let mut words = vec![0_u64; HEADER];
    words.extend_from_slice(body);
    let size = (words.len() * 8) as u32;
    let mut header = sys::mach_msg_header_t {
        msgh_bits: bits,
        msgh_size: size,
        msgh_id: id,
        ..Default::default()
    };
    header.__bindgen_anon_1.msgh_remote_port = remote;
    header.__bindgen_anon_2.msgh_local_port = local;
    // SAFETY: the buffer begins with room for a header and is as long as the header says.
    check(unsafe {
        ptr::write(words.as_mut_ptr().cast(), header);
        let option = sys::MACH_SEND_MSG | sys::MACH_SEND_TIMEOUT;
        trap::mach_msg(
            words.as_mut_ptr().cast(),
            option as _,
            size,
            0,
            NULL,
            20_000,
            NULL,
        )
    })
}

/// What arrived: the header's id and reply port, and the body.
pub struct Arrived {
    pub id: i32,
    pub complex: bool,
    pub reply: Name,
    pub body: Vec<u64>,
}

/// Receives a message.
///
/// # Errors
/// As `mach_msg`.
pub fn receive(port: &ReceiveRight) -> Result<Arrived, Kern> {
    let mut words = super::message::receive_words(port, 20_000)?;
    // SAFETY: the buffer holds a whole message.
    let header = unsafe { words.as_ptr().cast::<sys::mach_msg_header_t>().read() };
    words.truncate(header.msgh_size as usize / 8);
    Ok(Arrived {
        id: header.msgh_id,
        complex: header.msgh_bits & sys::MACH_MSGH_BITS_COMPLEX != 0,
        // SAFETY: a plain number.
        reply: unsafe { header.__bindgen_anon_1.msgh_remote_port },
        body: words.split_off(HEADER),
    })
}
