// SPDX-License-Identifier: GPL-2.0-or-later
//! Message queues and semaphores, which the Hurd has none of: the words
//! util-linux has for a system without any.

use std::io;

use super::table::heading;
use super::{Units, View};
use crate::output::Out;

/// The section of `-q`.
pub fn queues(view: View, units: Units, out: Out<'_>) -> io::Result<()> {
    match view {
        View::Limits => writeln!(out, "unable to fetch message limits"),
        View::Summary => writeln!(out, "kernel not configured for message queues"),
        View::Creator => {
            writeln!(out, "------ Message Queues Creators/Owners --------")?;
            heading(out, &["msqid", "perms", "cuid", "cgid", "uid", "gid"])
        }
        View::Time => {
            writeln!(out, "------ Message Queues Send/Recv/Change Times --------")?;
            let (id, owner) = ("msqid", "owner");
            let (send, recv, change) = ("send", "recv", "change");
            writeln!(out, "{id:8} {owner:10} {send:20} {recv:20} {change:20}")
        }
        View::Pid => {
            writeln!(out, "------ Message Queues PIDs --------")?;
            heading(out, &["msqid", "owner", "lspid", "lrpid"])
        }
        View::Segments => {
            writeln!(out, "------ Message Queues --------")?;
            let size = if units == Units::Human {
                "size"
            } else {
                "used-bytes"
            };
            heading(
                out,
                &[
                    "key",
                    "msqid",
                    "owner",
                    "perms",
                    &format!("{size:12}"),
                    "messages    ",
                ],
            )
        }
    }
}

/// The section of `-s`.
pub fn semaphores(view: View, out: Out<'_>) -> io::Result<()> {
    match view {
        View::Limits => writeln!(out, "unable to fetch semaphore limits"),
        View::Summary => writeln!(out, "kernel not configured for semaphores"),
        View::Creator => {
            writeln!(out, "------ Semaphore Arrays Creators/Owners --------")?;
            heading(out, &["semid", "perms", "cuid", "cgid", "uid", "gid"])
        }
        View::Time => {
            writeln!(out, "------ Semaphore Operation/Change Times --------")?;
            let (id, owner, last_op, changed) = ("semid", "owner", "last-op", "last-changed");
            writeln!(out, "{id:8} {owner:10} {last_op:26} {changed:26}")
        }
        View::Pid => Ok(()),
        View::Segments => {
            writeln!(out, "------ Semaphore Arrays --------")?;
            heading(out, &["key", "semid", "owner", "perms", "nsems"])
        }
    }
}
