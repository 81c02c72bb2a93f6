// SPDX-License-Identifier: GPL-2.0-or-later
//! References to `struct node`.

use std::marker::PhantomData;
use std::ops::Deref;
use std::ptr::NonNull;

use hurd_sys as sys;

use crate::{Error, Result};

/// A hard reference to a node of libnetfs, whose data is an `N`. It frees the node when it is the
/// last one, so it is dropped without the node's lock.
pub struct NodeRef<N: Send + Sync + 'static> {
    raw: NonNull<sys::node>,
    data: PhantomData<&'static N>,
}

// SAFETY: libnetfs counts references atomically, and the data is shared as `&N` only.
unsafe impl<N: Send + Sync + 'static> Send for NodeRef<N> {}
// SAFETY: as above.
unsafe impl<N: Send + Sync + 'static> Sync for NodeRef<N> {}

impl<N: Send + Sync + 'static> NodeRef<N> {
    /// A new node.
    ///
    /// # Errors
    /// `ENOMEM`.
    pub fn new(data: N) -> Result<Self> {
        let data = Box::into_raw(Box::new(data));
        // SAFETY: the library stores the pointer.
        let raw = NonNull::new(unsafe { sys::netfs_make_node(data.cast()) });
        let Some(raw) = raw else {
            // SAFETY: the box of above, which nobody else has.
            drop(unsafe { Box::from_raw(data) });
            return Err(Error::ENOMEM);
        };
        // SAFETY: the library leaves these uninitialized, and nobody else knows the node yet.
        unsafe {
            (&raw mut (*raw.as_ptr()).nn_stat).write_bytes(0, 1);
            (*raw.as_ptr()).nn_translated = 0;
        }
        Ok(Self {
            raw,
            data: PhantomData,
        })
    }

    /// One more reference.
    ///
    /// # Safety
    /// `raw` is a node whose data is an `N`. It has a hard reference, or it has a light one and
    /// nobody can free it meanwhile.
    pub(super) unsafe fn borrow(raw: NonNull<sys::node>) -> Self {
        // SAFETY: see the contract.
        unsafe { sys::netfs_nref(raw.as_ptr()) };
        Self {
            raw,
            data: PhantomData,
        }
    }

    /// The node, still referred to.
    pub(super) fn raw(&self) -> NonNull<sys::node> {
        self.raw
    }

    /// Gives the reference up to the caller.
    pub(super) fn into_raw(self) -> *mut sys::node {
        let raw = self.raw.as_ptr();
        std::mem::forget(self);
        raw
    }
}

/// The data of a node.
///
/// # Safety
/// `raw` is a node whose data is an `N`, with a reference for as long as the answer is used.
pub(super) unsafe fn data<'a, N>(raw: *mut sys::node) -> &'a N {
    // SAFETY: see the contract; `NodeRef::new` leaked a box there, freed with the node.
    unsafe { &*(*raw).nn.cast::<N>() }
}

/// Frees a node that has no references, with its data.
///
/// # Safety
/// `raw` is a node whose data is an `N`, and this is its last use.
pub(super) unsafe fn free<N>(raw: *mut sys::node) {
    // SAFETY: see the contract; libnetfs allocated the node with malloc.
    unsafe {
        drop(Box::from_raw((*raw).nn.cast::<N>()));
        libc::free(raw.cast());
    }
}

impl<N: Send + Sync + 'static> Clone for NodeRef<N> {
    fn clone(&self) -> Self {
        // SAFETY: `self` is a hard reference.
        unsafe { Self::borrow(self.raw) }
    }
}

impl<N: Send + Sync + 'static> Deref for NodeRef<N> {
    type Target = N;

    fn deref(&self) -> &N {
        // SAFETY: `self` keeps the node.
        unsafe { data(self.raw.as_ptr()) }
    }
}

impl<N: Send + Sync + 'static> Drop for NodeRef<N> {
    fn drop(&mut self) {
        // SAFETY: the reference is ours, and this is its last use.
        unsafe { sys::netfs_nrele(self.raw.as_ptr()) };
    }
}
