// SPDX-License-Identifier: GPL-2.0-or-later
//! What a view of segments as files asks, see [`crate::registry`]'s part of that name.
#![forbid(unsafe_code)]

use super::Engine;
use super::verify::Depends;
use crate::Result;
use crate::engine::world::{Protection, World};
use crate::registry::Holder;
use crate::registry::id::Pid;
use crate::registry::permission::{Access, Caller};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// An attachment, for who may know of it.
pub struct Held<W: World> {
    /// The task, or the ticket of a fork under way.
    pub holder: Holder<W::Task, W::Ticket>,
    /// The process; of a fork under way the parent.
    pub pid: Pid,
    /// First byte.
    pub base: u64,
    /// Bytes mapped.
    pub size: u64,
    /// What the mapping allows.
    pub protection: Protection,
    /// The task does not answer, so the attachment may be gone.
    pub stuck: bool,
}

impl<W: World> Engine<W> {
    /// What the mode of a segment grants the caller.
    ///
    /// # Errors
    /// `EINVAL`: no such segment.
    pub fn access(&self, caller: &Caller<'_>, id: i32) -> Result<Access> {
        self.verified(
            |registry| registry.exists(id),
            Depends::IfRemoved,
            |registry, id| registry.granted(caller, id),
        )
    }

    /// A segment's memory and its size in bytes, for a caller who may use it as `access` says.
    /// This is no attachment.
    ///
    /// # Errors
    /// `EINVAL`: no such segment; `EACCES`: the mode bits.
    pub fn memory(
        &self,
        caller: &Caller<'_>,
        id: i32,
        access: Access,
    ) -> Result<(Arc<W::Memory>, u64)> {
        self.verified(
            |registry| registry.check_access(caller, id, access),
            Depends::IfRemoved,
            |registry, id| registry.memory(id),
        )
    }

    /// The attachments of a segment, oldest first, for who may remove it.
    ///
    /// # Errors
    /// `EINVAL`: no such segment; `EPERM`: as for [`Engine::set`].
    pub fn holders(&self, caller: &Caller<'_>, id: i32) -> Result<Vec<Held<W>>> {
        let mut held = self.verified(
            |registry| registry.check_control(caller, id),
            Depends::Always,
            |registry, id| {
                let attachments = registry.attachments(id);
                Ok(attachments
                    .map(|(_, attachment)| Held {
                        holder: attachment.holder.clone(),
                        pid: attachment.pid,
                        base: attachment.base,
                        size: attachment.size,
                        protection: attachment.protection,
                        stuck: false,
                    })
                    .collect::<Vec<Held<W>>>())
            },
        )?;
        for one in &mut held {
            if let Holder::Task(task) = &one.holder {
                one.stuck = self.hangs(task);
            }
        }
        Ok(held)
    }
}
