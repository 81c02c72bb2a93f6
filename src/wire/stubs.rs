// SPDX-License-Identifier: GPL-2.0-or-later
//! The C routines that the server stubs of shm.defs call, for a program to define.

/// What a server says of its clients: the opaque pointer that travels through the stubs.
pub trait Session {
    /// Calls `body` with the effective ids of the client that `client` stands for, or
    /// answers `None` when it is no client of ours.
    ///
    /// # Safety
    /// `client` is null or came from the program's `sysvshm_begin` and was not yet ended.
    unsafe fn with_caller<R>(
        client: crate::wire::defs::sysvshm_client_t,
        body: impl FnOnce(&crate::Caller<'_>) -> R,
    ) -> Option<R>;
}

/// Defines the routines of shm.defs in a program.
///
/// `$session` is a type that implements [`Session`], `$service` a function that answers the
/// program's `&'static Service<_>`, and `$guard` a function `FnOnce() -> Result<()>` to
/// `Result<()>` that every routine's body runs in: it keeps a panic from crossing C frames.
#[macro_export]
macro_rules! define_routines {
    (session: $session:ty, service: $service:path, guard: $guard:path) => {
        mod sysvshm_routines {
            use ::gnumach::right::{Name, Requested};
            use ::gnumach::sys::{kern_return_t, mach_msg_type_name_t, mach_msg_type_number_t};
            use $crate::wire::defs::*;
            use $crate::{Error, Result};

            use super::*;

            fn answer(body: impl FnOnce() -> Result<()>) -> kern_return_t {
                match $guard(body) {
                    Ok(()) => 0,
                    Err(error) => error.hurd(),
                }
            }

            /// # Safety
            /// As for `Session::with_caller`: `client` is null, or came from `sysvshm_begin`.
            unsafe fn with_caller<R>(
                client: sysvshm_client_t,
                body: impl FnOnce(&$crate::Caller<'_>) -> Result<R>,
            ) -> Result<R> {
                // SAFETY: handed through from our caller.
                unsafe { <$session as $crate::wire::stubs::Session>::with_caller(client, body) }
                    .unwrap_or(Err(Error::EOPNOTSUPP))
            }

            /// Stores a right in a reply, which moves it to the client.
            ///
            /// # Safety
            /// Both pointers are the stub's, and valid.
            unsafe fn reply_right(
                right: Option<::gnumach::right::SendRight>,
                name: *mut Name,
                kind: *mut mach_msg_type_name_t,
            ) {
                // SAFETY: see the contract.
                unsafe {
                    *name = right.map_or(::gnumach::right::NULL, |right| right.into_raw());
                    *kind = ::gnumach::sys::MACH_MSG_TYPE_MOVE_SEND;
                }
            }

            // SAFETY of all routines: MIG's stub calls them with the client of its intran
            // function and with out-pointers into its reply, all valid for the call; the rights
            // among the arguments are the request's, which the loop destroys if a routine fails. The type
            // aliases that bindgen made of the stubs' own prototypes are checked below.

            #[unsafe(no_mangle)]
            unsafe extern "C" fn S_sysvshm_version(
                client: sysvshm_client_t,
                version: *mut u32,
            ) -> kern_return_t {
                answer(|| {
                    // SAFETY: see above.
                    unsafe {
                        with_caller(client, |_| Ok(()))?;
                        *version = SYSVSHM_VERSION;
                    }
                    Ok(())
                })
            }

            #[unsafe(no_mangle)]
            unsafe extern "C" fn S_sysvshm_get(
                client: sysvshm_client_t,
                task: Name,
                key: i32,
                size: u64,
                flags: u32,
                id: *mut i32,
            ) -> kern_return_t {
                answer(|| {
                    // SAFETY: see above.
                    unsafe {
                        *id = with_caller(client, |caller| {
                            $service().get(caller, Requested::new(task), key, size, flags)
                        })?;
                    }
                    Ok(())
                })
            }

            #[unsafe(no_mangle)]
            unsafe extern "C" fn S_sysvshm_attach(
                client: sysvshm_client_t,
                task: Name,
                id: i32,
                flags: u32,
                address: *mut u64,
                size: *mut u64,
                token: *mut Name,
                token_kind: *mut mach_msg_type_name_t,
            ) -> kern_return_t {
                answer(|| {
                    // SAFETY: see above.
                    unsafe {
                        let reply = with_caller(client, |caller| {
                            $service().attach(caller, Requested::new(task), id, flags, *address)
                        })?;
                        *address = reply.address;
                        *size = reply.size;
                        reply_right(reply.token, token, token_kind);
                    }
                    Ok(())
                })
            }

            #[unsafe(no_mangle)]
            unsafe extern "C" fn S_sysvshm_detach(
                client: sysvshm_client_t,
                task: Name,
                address: u64,
            ) -> kern_return_t {
                // SAFETY: see above.
                answer(|| unsafe {
                    with_caller(client, |caller| {
                        $service().detach(caller, Requested::new(task), address)
                    })
                })
            }

            #[unsafe(no_mangle)]
            unsafe extern "C" fn S_sysvshm_stat(
                client: sysvshm_client_t,
                which: i32,
                how: u32,
                ds: *mut sysvshm_ds_t,
            ) -> kern_return_t {
                answer(|| {
                    // SAFETY: see above.
                    unsafe {
                        *ds = with_caller(client, |caller| $service().stat(caller, which, how))?;
                    }
                    Ok(())
                })
            }

            #[unsafe(no_mangle)]
            unsafe extern "C" fn S_sysvshm_set(
                client: sysvshm_client_t,
                id: i32,
                uid: u32,
                gid: u32,
                mode: u32,
            ) -> kern_return_t {
                // SAFETY: see above.
                answer(|| unsafe {
                    with_caller(client, |caller| $service().set(caller, id, uid, gid, mode))
                })
            }

            #[unsafe(no_mangle)]
            unsafe extern "C" fn S_sysvshm_remove(
                client: sysvshm_client_t,
                id: i32,
            ) -> kern_return_t {
                // SAFETY: see above.
                answer(|| unsafe { with_caller(client, |caller| $service().remove(caller, id)) })
            }

            #[unsafe(no_mangle)]
            unsafe extern "C" fn S_sysvshm_lock(
                client: sysvshm_client_t,
                id: i32,
                lock: u32,
            ) -> kern_return_t {
                // SAFETY: see above.
                answer(|| unsafe {
                    with_caller(client, |caller| $service().lock(caller, id, lock))
                })
            }

            #[unsafe(no_mangle)]
            unsafe extern "C" fn S_sysvshm_info(
                client: sysvshm_client_t,
                info: *mut sysvshm_info_t,
            ) -> kern_return_t {
                answer(|| {
                    // SAFETY: see above.
                    unsafe { *info = with_caller(client, |_| Ok($service().info()))? };
                    Ok(())
                })
            }

            #[unsafe(no_mangle)]
            unsafe extern "C" fn S_sysvshm_list(
                client: sysvshm_client_t,
                table: *mut sysvshm_table_t,
                count: *mut mach_msg_type_number_t,
            ) -> kern_return_t {
                answer(|| {
                    // SAFETY: see above; `*table` has room for `*count` structures.
                    unsafe {
                        let list = with_caller(client, |caller| Ok($service().list(caller)))?;
                        $crate::wire::stubs::reply_table(&list, table, count)
                    }
                })
            }

            #[unsafe(no_mangle)]
            unsafe extern "C" fn S_sysvshm_fork(
                client: sysvshm_client_t,
                task: Name,
                ticket: *mut Name,
                ticket_kind: *mut mach_msg_type_name_t,
            ) -> kern_return_t {
                answer(|| {
                    // SAFETY: see above.
                    unsafe {
                        let right = with_caller(client, |caller| {
                            $service().fork(caller, Requested::new(task))
                        })?;
                        reply_right(right, ticket, ticket_kind);
                    }
                    Ok(())
                })
            }

            #[unsafe(no_mangle)]
            unsafe extern "C" fn S_sysvshm_fork_child(
                client: sysvshm_client_t,
                task: Name,
                ticket: Name,
                token: *mut Name,
                token_kind: *mut mach_msg_type_name_t,
            ) -> kern_return_t {
                answer(|| {
                    // SAFETY: see above.
                    unsafe {
                        let right = with_caller(client, |caller| {
                            $service().fork_child(
                                caller,
                                Requested::new(task),
                                Requested::new(ticket),
                            )
                        })?;
                        reply_right(Some(right), token, token_kind);
                    }
                    Ok(())
                })
            }

            #[unsafe(no_mangle)]
            unsafe extern "C" fn S_sysvshm_access(
                client: sysvshm_client_t,
                id: i32,
                access: *mut u32,
            ) -> kern_return_t {
                answer(|| {
                    // SAFETY: see above.
                    unsafe {
                        *access = with_caller(client, |caller| $service().access(caller, id))?;
                    }
                    Ok(())
                })
            }

            #[unsafe(no_mangle)]
            unsafe extern "C" fn S_sysvshm_object(
                client: sysvshm_client_t,
                id: i32,
                access: u32,
                object: *mut Name,
                object_kind: *mut mach_msg_type_name_t,
                size: *mut u64,
            ) -> kern_return_t {
                answer(|| {
                    // SAFETY: see above.
                    unsafe {
                        let (proxy, bytes) =
                            with_caller(client, |caller| $service().object(caller, id, access))?;
                        *size = bytes;
                        reply_right(Some(proxy.into_right()), object, object_kind);
                    }
                    Ok(())
                })
            }

            #[unsafe(no_mangle)]
            unsafe extern "C" fn S_sysvshm_holders(
                client: sysvshm_client_t,
                id: i32,
                holders: *mut sysvshm_holders_t,
                count: *mut mach_msg_type_number_t,
            ) -> kern_return_t {
                answer(|| {
                    // SAFETY: see above; `*holders` has room for `*count` structures.
                    unsafe {
                        let list = with_caller(client, |caller| $service().holders(caller, id))?;
                        $crate::wire::stubs::reply_table(&list, holders, count)
                    }
                })
            }

            #[unsafe(no_mangle)]
            unsafe extern "C" fn S_sysvshm_watch(
                client: sysvshm_client_t,
                notify: Name,
            ) -> kern_return_t {
                // SAFETY: see above; the right came with the request.
                answer(|| unsafe { with_caller(client, |caller| $service().watch(caller, notify)) })
            }

            const _: S_sysvshm_version_fn = Some(S_sysvshm_version);
            const _: S_sysvshm_get_fn = Some(S_sysvshm_get);
            const _: S_sysvshm_attach_fn = Some(S_sysvshm_attach);
            const _: S_sysvshm_detach_fn = Some(S_sysvshm_detach);
            const _: S_sysvshm_stat_fn = Some(S_sysvshm_stat);
            const _: S_sysvshm_set_fn = Some(S_sysvshm_set);
            const _: S_sysvshm_remove_fn = Some(S_sysvshm_remove);
            const _: S_sysvshm_lock_fn = Some(S_sysvshm_lock);
            const _: S_sysvshm_info_fn = Some(S_sysvshm_info);
            const _: S_sysvshm_list_fn = Some(S_sysvshm_list);
            const _: S_sysvshm_fork_fn = Some(S_sysvshm_fork);
            const _: S_sysvshm_fork_child_fn = Some(S_sysvshm_fork_child);
            const _: S_sysvshm_access_fn = Some(S_sysvshm_access);
            const _: S_sysvshm_object_fn = Some(S_sysvshm_object);
            const _: S_sysvshm_holders_fn = Some(S_sysvshm_holders);
            const _: S_sysvshm_watch_fn = Some(S_sysvshm_watch);
        }
    };
}

/// Stores a table in a reply: in the stub's own buffer if it fits, else in pages of its own
/// that the reply moves to the client.
///
/// # Errors
/// `ENOMEM`: no pages.
///
/// # Safety
/// `*table` has room for `*count` structures.
pub unsafe fn reply_table<T: Copy>(
    list: &[T],
    table: *mut *mut T,
    count: *mut gnumach::sys::mach_msg_type_number_t,
) -> crate::Result<()> {
    let number = u32::try_from(list.len()).map_err(|_| crate::Error::ENOMEM)?;
    // SAFETY: see the contract; new pages are as large as asked for.
    unsafe {
        if number > *count {
            let mut pages = 0;
            let code = gnumach::trap::vm_allocate(
                gnumach::trap::mach_task_self(),
                &mut pages,
                size_of_val(list) as _,
                1,
            );
            if code != 0 {
                return Err(crate::Error::ENOMEM);
            }
            *table = pages as *mut _;
        }
        core::ptr::copy_nonoverlapping(list.as_ptr(), *table, list.len());
        *count = number;
    }
    Ok(())
}
