// SPDX-License-Identifier: GPL-2.0-or-later
//! Messages as a hostile client makes them: any id, any size, any content.

use alloc::vec;
use alloc::vec::Vec;

use gnumach::error::{Kern, check};
use gnumach::right::{NULL, Name, ReceiveRight};
use gnumach::{sys, trap};

/// Words of a header.
const HEADER: usize = 4;

/// A message in the making.
#[derive(Clone)]
pub struct Message {
    id: i32,
    body: Vec<u64>,
    complex: bool,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub id: i32,
    /// `RetCode`, or 0 in what is no reply of MIG's.
    pub code: i32,
}

/// A descriptor: `count` items of `bits` bits each.
pub fn descriptor(kind: u32, bits: u32, count: u32, inline: bool) -> u64 {
    let mut descriptor = sys::mach_msg_type_t::default();
    descriptor.set_msgt_name(kind);
    descriptor.set_msgt_size(bits);
    descriptor.set_msgt_inline(inline.into());
    descriptor.msgt_number = count;
    // SAFETY: both are eight bytes without padding that matters.
    unsafe { core::mem::transmute(descriptor) }
}

impl Message {
    pub fn new(id: i32) -> Self {
        Self {
            id,
            body: Vec::new(),
            complex: false,
        }
    }

    /// Adds words as they are.
    pub fn words(mut self, words: &[u64]) -> Self {
        self.body.extend_from_slice(words);
        self
    }

    /// A scalar of four bytes, padded to eight.
    pub fn int32(self, value: u32) -> Self {
        self.words(&[
            descriptor(sys::MACH_MSG_TYPE_INTEGER_32, 32, 1, true),
            value.into(),
        ])
    }

    pub fn int64(self, value: u64) -> Self {
        self.words(&[
            descriptor(sys::MACH_MSG_TYPE_INTEGER_64, 64, 1, true),
            value,
        ])
    }

    /// A right, in a message that says so.
    pub fn port(mut self, disposition: u32, name: Name) -> Self {
        self.complex = true;
        self.words(&[descriptor(disposition, 64, 1, true), name.into()])
    }

    /// A port descriptor in a message that claims to carry none: the kernel does not look at
    /// it, and a careless server takes the number for a name of its own.
    pub fn pretended_port(self, name: Name) -> Self {
        self.words(&[
            descriptor(sys::MACH_MSG_TYPE_MOVE_SEND, 64, 1, true),
            name.into(),
        ])
    }

    /// Memory of this task, copied to the receiver out of line.
    pub fn out_of_line(mut self, kind: u32, bits: u32, count: u32, address: u64) -> Self {
        self.complex = true;
        self.words(&[descriptor(kind, bits, count, false), address])
    }

    /// Claims to carry rights whether or not it does.
    pub fn complex(mut self, complex: bool) -> Self {
        self.complex = complex;
        self
    }

    /// The same with no more than so many words of body.
    pub fn cut(&self, words: usize) -> Self {
        let mut cut = self.clone();
        cut.body.truncate(words);
        cut
    }

    pub fn size(&self) -> usize {
        (HEADER + self.body.len()) * 8
    }

    /// Sends it, with a reply right made by `disposition` from `reply`.
    ///
    /// # Errors
    /// As `mach_msg`: the kernel refuses what is malformed beyond its own rules.
    pub fn send(&self, to: Name, reply: Option<(Name, u32)>, timeout: u32) -> Result<(), Kern> {
        let mut words = vec![0_u64; HEADER];
        words.extend_from_slice(&self.body);
        let (reply, disposition) = reply.unwrap_or((NULL, 0));
        let mut bits = sys::MACH_MSG_TYPE_COPY_SEND | disposition << 8;
        if self.complex {
            bits |= sys::MACH_MSGH_BITS_COMPLEX;
        }
        let mut header = sys::mach_msg_header_t {
            msgh_bits: bits,
            msgh_size: self.size() as u32,
            msgh_id: self.id,
            ..Default::default()
        };
        header.__bindgen_anon_1.msgh_remote_port = to;
        header.__bindgen_anon_2.msgh_local_port = reply;
        // SAFETY: the buffer begins with room for a header and is as long as the header says.
        check(unsafe {
            words
                .as_mut_ptr()
                .cast::<sys::mach_msg_header_t>()
                .write(header);
            trap::mach_msg(
                words.as_mut_ptr().cast(),
                (sys::MACH_SEND_MSG | sys::MACH_SEND_TIMEOUT) as _,
                self.size() as u32,
                0,
                NULL,
                timeout,
                NULL,
            )
        })
    }

    /// Sends it and waits for the answer, for so many milliseconds each.
    ///
    /// # Errors
    /// As `mach_msg`.
    pub fn call(&self, to: Name, timeout: u32) -> Result<Reply, Kern> {
        let port = ReceiveRight::allocate()?;
        self.send(
            to,
            Some((port.name(), sys::MACH_MSG_TYPE_MAKE_SEND_ONCE)),
            timeout,
        )?;
        receive(&port, timeout)
    }
}

/// Receives what comes first, and destroys the rights and memory in it.
///
/// # Errors
/// As `mach_msg`; `MACH_RCV_TIMED_OUT` when nothing came.
pub fn receive(port: &ReceiveRight, timeout: u32) -> Result<Reply, Kern> {
    let mut words = receive_words(port, timeout)?;
    // SAFETY: the buffer holds a whole message, which nobody else uses.
    unsafe {
        let header = words.as_ptr().cast::<sys::mach_msg_header_t>().read();
        let long_enough = header.msgh_size as usize >= (HEADER + 2) * 8;
        let reply = Reply {
            id: header.msgh_id,
            code: if long_enough {
                words[HEADER + 1] as u32 as i32
            } else {
                0
            },
        };
        trap::mach_msg_destroy(words.as_mut_ptr().cast());
        Ok(reply)
    }
}

/// Receives what comes first, as it is: the rights in it are ours.
///
/// # Errors
/// As for [`receive`].
pub fn receive_words(port: &ReceiveRight, timeout: u32) -> Result<Vec<u64>, Kern> {
    let mut words = vec![0_u64; 1024];
    // SAFETY: the buffer is as large as said.
    check(unsafe {
        trap::mach_msg(
            words.as_mut_ptr().cast(),
            (sys::MACH_RCV_MSG | sys::MACH_RCV_TIMEOUT) as _,
            0,
            (words.len() * 8) as u32,
            port.name(),
            timeout,
            NULL,
        )
    })?;
    Ok(words)
}
