// SPDX-License-Identifier: GPL-2.0-or-later
//! Nodes by key, so that all who open one file share its node.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, Ordering};

use gnumach::sync::Mutex;
use hurd_sys as sys;

use super::node::{self, NodeRef};
use crate::Result;

/// Nodes that are in use, by key. The table has a light reference to each; a hard one is made
/// under the table's lock alone, so that a node without any cannot get one while it is taken out.
pub struct Nodes<K, N> {
    table: Mutex<BTreeMap<K, Light>>,
    data: std::marker::PhantomData<N>,
}

/// A light reference.
struct Light(NonNull<sys::node>);

// SAFETY: libnetfs counts references atomically.
unsafe impl Send for Light {}

// SAFETY: of the data only references are handed out, and those of nodes whose data is shared.
unsafe impl<K: Send, N: Send + Sync> Sync for Nodes<K, N> {}

impl<K: Ord, N: Send + Sync + 'static> Default for Nodes<K, N> {
    fn default() -> Self {
        Self {
            table: Mutex::new(BTreeMap::new()),
            data: std::marker::PhantomData,
        }
    }
}

impl<K: Ord, N: Send + Sync + 'static> Nodes<K, N> {
    /// The node with this key, made now if there is none.
    ///
    /// # Errors
    /// `ENOMEM`.
    pub fn find(&self, key: K, make: impl FnOnce() -> N) -> Result<NodeRef<N>> {
        match self.table.lock().entry(key) {
            // SAFETY: the entry is a light reference, which goes under this lock only.
            Entry::Occupied(entry) => Ok(unsafe { NodeRef::borrow(entry.get().0) }),
            Entry::Vacant(entry) => {
                let new = NodeRef::new(make())?;
                // SAFETY: the node has a hard reference.
                unsafe { sys::netfs_nref_light(new.raw().as_ptr()) };
                entry.insert(Light(new.raw()));
                Ok(new)
            }
        }
    }

    /// Takes the node out if it is there and nobody refers to it any more; for
    /// [`FileSystem::unused`](crate::FileSystem::unused).
    pub fn forget(&self, key: &K, node: &N) {
        let mut table = self.table.lock();
        let Some(Light(raw)) = table.get(key) else {
            return;
        };
        let raw = raw.as_ptr();
        // SAFETY: the entry keeps the node; the count changes at any time, but from zero under
        // this lock only.
        let (same, hard) = unsafe {
            let counts = (&raw mut (*raw).refcounts).cast::<sys::references>();
            let hard = AtomicU32::from_ptr(&raw mut (*counts).hard);
            let same = std::ptr::eq(node::data::<N>(raw), node);
            (same, hard.load(Ordering::SeqCst))
        };
        if same && hard == 0 {
            table.remove(key);
            drop(table);
            // SAFETY: the entry's reference. The caller has another light one.
            unsafe { sys::netfs_nrele_light(raw) };
        }
    }
}
