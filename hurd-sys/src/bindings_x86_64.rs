// SPDX-License-Identifier: GPL-2.0-or-later
// Made by bindgen from wrapper.h: see tests/bindings.rs.

#[repr(C)]
#[derive(Copy, Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct __BindgenBitfieldUnit<Storage> {
    storage: Storage,
}
impl<Storage> __BindgenBitfieldUnit<Storage> {
    #[inline]
    pub const fn new(storage: Storage) -> Self {
        Self { storage }
    }
}
impl<Storage> __BindgenBitfieldUnit<Storage>
where
    Storage: AsRef<[u8]> + AsMut<[u8]>,
{
    #[inline]
    fn extract_bit(byte: u8, index: usize) -> bool {
        let bit_index = if cfg!(target_endian = "big") {
            7 - (index % 8)
        } else {
            index % 8
        };
        let mask = 1 << bit_index;
        byte & mask == mask
    }
    #[inline]
    pub fn get_bit(&self, index: usize) -> bool {
        debug_assert!(index / 8 < self.storage.as_ref().len());
        let byte_index = index / 8;
        let byte = self.storage.as_ref()[byte_index];
        Self::extract_bit(byte, index)
    }
    #[inline]
    pub unsafe fn raw_get_bit(this: *const Self, index: usize) -> bool {
        debug_assert!(index / 8 < core::mem::size_of::<Storage>());
        let byte_index = index / 8;
        let byte = unsafe {
            *(core::ptr::addr_of!((*this).storage) as *const u8).offset(byte_index as isize)
        };
        Self::extract_bit(byte, index)
    }
    #[inline]
    fn change_bit(byte: u8, index: usize, val: bool) -> u8 {
        let bit_index = if cfg!(target_endian = "big") {
            7 - (index % 8)
        } else {
            index % 8
        };
        let mask = 1 << bit_index;
        if val { byte | mask } else { byte & !mask }
    }
    #[inline]
    pub fn set_bit(&mut self, index: usize, val: bool) {
        debug_assert!(index / 8 < self.storage.as_ref().len());
        let byte_index = index / 8;
        let byte = &mut self.storage.as_mut()[byte_index];
        *byte = Self::change_bit(*byte, index, val);
    }
    #[inline]
    pub unsafe fn raw_set_bit(this: *mut Self, index: usize, val: bool) {
        debug_assert!(index / 8 < core::mem::size_of::<Storage>());
        let byte_index = index / 8;
        let byte = unsafe {
            (core::ptr::addr_of_mut!((*this).storage) as *mut u8).offset(byte_index as isize)
        };
        unsafe { *byte = Self::change_bit(*byte, index, val) };
    }
    #[inline]
    pub fn get(&self, bit_offset: usize, bit_width: u8) -> u64 {
        debug_assert!(bit_width <= 64);
        debug_assert!(bit_offset / 8 < self.storage.as_ref().len());
        debug_assert!((bit_offset + (bit_width as usize)) / 8 <= self.storage.as_ref().len());
        let mut val = 0;
        for i in 0..(bit_width as usize) {
            if self.get_bit(i + bit_offset) {
                let index = if cfg!(target_endian = "big") {
                    bit_width as usize - 1 - i
                } else {
                    i
                };
                val |= 1 << index;
            }
        }
        val
    }
    #[inline]
    pub unsafe fn raw_get(this: *const Self, bit_offset: usize, bit_width: u8) -> u64 {
        debug_assert!(bit_width <= 64);
        debug_assert!(bit_offset / 8 < core::mem::size_of::<Storage>());
        debug_assert!((bit_offset + (bit_width as usize)) / 8 <= core::mem::size_of::<Storage>());
        let mut val = 0;
        for i in 0..(bit_width as usize) {
            if unsafe { Self::raw_get_bit(this, i + bit_offset) } {
                let index = if cfg!(target_endian = "big") {
                    bit_width as usize - 1 - i
                } else {
                    i
                };
                val |= 1 << index;
            }
        }
        val
    }
    #[inline]
    pub fn set(&mut self, bit_offset: usize, bit_width: u8, val: u64) {
        debug_assert!(bit_width <= 64);
        debug_assert!(bit_offset / 8 < self.storage.as_ref().len());
        debug_assert!((bit_offset + (bit_width as usize)) / 8 <= self.storage.as_ref().len());
        for i in 0..(bit_width as usize) {
            let mask = 1 << i;
            let val_bit_is_set = val & mask == mask;
            let index = if cfg!(target_endian = "big") {
                bit_width as usize - 1 - i
            } else {
                i
            };
            self.set_bit(index + bit_offset, val_bit_is_set);
        }
    }
    #[inline]
    pub unsafe fn raw_set(this: *mut Self, bit_offset: usize, bit_width: u8, val: u64) {
        debug_assert!(bit_width <= 64);
        debug_assert!(bit_offset / 8 < core::mem::size_of::<Storage>());
        debug_assert!((bit_offset + (bit_width as usize)) / 8 <= core::mem::size_of::<Storage>());
        for i in 0..(bit_width as usize) {
            let mask = 1 << i;
            let val_bit_is_set = val & mask == mask;
            let index = if cfg!(target_endian = "big") {
                bit_width as usize - 1 - i
            } else {
                i
            };
            unsafe { Self::raw_set_bit(this, index + bit_offset, val_bit_is_set) };
        }
    }
}
#[repr(C)]
#[derive(Default)]
pub struct __IncompleteArrayField<T>(::core::marker::PhantomData<T>, [T; 0]);
impl<T> __IncompleteArrayField<T> {
    #[inline]
    pub const fn new() -> Self {
        __IncompleteArrayField(::core::marker::PhantomData, [])
    }
    #[inline]
    pub fn as_ptr(&self) -> *const T {
        self as *const _ as *const T
    }
    #[inline]
    pub fn as_mut_ptr(&mut self) -> *mut T {
        self as *mut _ as *mut T
    }
    #[inline]
    pub unsafe fn as_slice(&self, len: usize) -> &[T] {
        ::core::slice::from_raw_parts(self.as_ptr(), len)
    }
    #[inline]
    pub unsafe fn as_mut_slice(&mut self, len: usize) -> &mut [T] {
        ::core::slice::from_raw_parts_mut(self.as_mut_ptr(), len)
    }
}
impl<T> ::core::fmt::Debug for __IncompleteArrayField<T> {
    fn fmt(&self, fmt: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        fmt.write_str("__IncompleteArrayField")
    }
}
pub const _MACH_H: u32 = 1;
pub const CPU_STATE_MAX: u32 = 3;
pub const CPU_STATE_USER: u32 = 0;
pub const CPU_STATE_SYSTEM: u32 = 1;
pub const CPU_STATE_IDLE: u32 = 2;
pub const HOST_INFO_MAX: u32 = 1024;
pub const KERNEL_VERSION_MAX: u32 = 512;
pub const HOST_BASIC_INFO: u32 = 1;
pub const HOST_PROCESSOR_SLOTS: u32 = 2;
pub const HOST_SCHED_INFO: u32 = 3;
pub const HOST_LOAD_INFO: u32 = 4;
pub const MACH_PORT_NULL: u32 = 0;
pub const MACH_PORT_TYPE_DNREQUEST: u32 = 2147483648;
pub const MACH_PORT_TYPE_MAREQUEST: u32 = 1073741824;
pub const MACH_PORT_TYPE_COMPAT: u32 = 536870912;
pub const MEMORY_OBJECT_COPY_NONE: u32 = 0;
pub const MEMORY_OBJECT_COPY_CALL: u32 = 1;
pub const MEMORY_OBJECT_COPY_DELAY: u32 = 2;
pub const MEMORY_OBJECT_COPY_TEMPORARY: u32 = 3;
pub const MEMORY_OBJECT_RETURN_NONE: u32 = 0;
pub const MEMORY_OBJECT_RETURN_DIRTY: u32 = 1;
pub const MEMORY_OBJECT_RETURN_ALL: u32 = 2;
pub const MEMORY_OBJECT_NULL: u32 = 0;
pub const SAMPLED_PC_PERIODIC: u32 = 1;
pub const SAMPLED_PC_VM_ZFILL_FAULTS: u32 = 16;
pub const SAMPLED_PC_VM_REACTIVATION_FAULTS: u32 = 32;
pub const SAMPLED_PC_VM_PAGEIN_FAULTS: u32 = 64;
pub const SAMPLED_PC_VM_COW_FAULTS: u32 = 128;
pub const SAMPLED_PC_VM_FAULTS_ANY: u32 = 256;
pub const SAMPLED_PC_VM_FAULTS: u32 = 240;
pub const PROCESSOR_INFO_MAX: u32 = 1024;
pub const PROCESSOR_SET_INFO_MAX: u32 = 1024;
pub const PROCESSOR_BASIC_INFO: u32 = 1;
pub const PROCESSOR_SET_BASIC_INFO: u32 = 1;
pub const LOAD_SCALE: u32 = 1000;
pub const PROCESSOR_SET_SCHED_INFO: u32 = 2;
pub const TIME_MICROS_MAX: u32 = 1000000;
pub const TIME_NANOS_MAX: u32 = 1000000000;
pub const TASK_INFO_MAX: u32 = 1024;
pub const TASK_BASIC_INFO: u32 = 1;
pub const TASK_EVENTS_INFO: u32 = 2;
pub const TASK_THREAD_TIMES_INFO: u32 = 3;
pub const TASK_RAS_CONTROL_PURGE_ALL: u32 = 0;
pub const TASK_RAS_CONTROL_PURGE_ONE: u32 = 1;
pub const TASK_RAS_CONTROL_PURGE_ALL_AND_INSTALL_ONE: u32 = 2;
pub const TASK_RAS_CONTROL_INSTALL_ONE: u32 = 3;
pub const TASK_KERNEL_PORT: u32 = 1;
pub const TASK_EXCEPTION_PORT: u32 = 3;
pub const TASK_BOOTSTRAP_PORT: u32 = 4;
pub const POLICY_TIMESHARE: u32 = 1;
pub const POLICY_FIXEDPRI: u32 = 2;
pub const POLICY_LAST: u32 = 2;
pub const THREAD_INFO_MAX: u32 = 1024;
pub const THREAD_BASIC_INFO: u32 = 1;
pub const TH_USAGE_SCALE: u32 = 1000;
pub const TH_STATE_RUNNING: u32 = 1;
pub const TH_STATE_STOPPED: u32 = 2;
pub const TH_STATE_WAITING: u32 = 3;
pub const TH_STATE_UNINTERRUPTIBLE: u32 = 4;
pub const TH_STATE_HALTED: u32 = 5;
pub const TH_FLAGS_SWAPPED: u32 = 1;
pub const TH_FLAGS_IDLE: u32 = 2;
pub const THREAD_SCHED_INFO: u32 = 2;
pub const THREAD_KERNEL_PORT: u32 = 1;
pub const THREAD_EXCEPTION_PORT: u32 = 3;
pub const THREAD_STATE_MAX: u32 = 1024;
pub const THREAD_STATE_FLAVOR_LIST: u32 = 0;
pub const MATTR_CACHE: u32 = 1;
pub const MATTR_MIGRATE: u32 = 2;
pub const MATTR_REPLICATE: u32 = 4;
pub const MATTR_VAL_OFF: u32 = 0;
pub const MATTR_VAL_ON: u32 = 1;
pub const MATTR_VAL_GET: u32 = 2;
pub const MATTR_VAL_CACHE_FLUSH: u32 = 6;
pub const MATTR_VAL_DCACHE_FLUSH: u32 = 7;
pub const MATTR_VAL_ICACHE_FLUSH: u32 = 8;
pub const VM_WIRE_NONE: u32 = 0;
pub const VM_WIRE_CURRENT: u32 = 1;
pub const VM_WIRE_FUTURE: u32 = 2;
pub const VM_WIRE_ALL: u32 = 3;
pub const KERN_SUCCESS: u32 = 0;
pub const KERN_INVALID_ADDRESS: u32 = 1;
pub const KERN_PROTECTION_FAILURE: u32 = 2;
pub const KERN_NO_SPACE: u32 = 3;
pub const KERN_INVALID_ARGUMENT: u32 = 4;
pub const KERN_FAILURE: u32 = 5;
pub const KERN_RESOURCE_SHORTAGE: u32 = 6;
pub const KERN_NOT_RECEIVER: u32 = 7;
pub const KERN_NO_ACCESS: u32 = 8;
pub const KERN_MEMORY_FAILURE: u32 = 9;
pub const KERN_MEMORY_ERROR: u32 = 10;
pub const KERN_NOT_IN_SET: u32 = 12;
pub const KERN_NAME_EXISTS: u32 = 13;
pub const KERN_ABORTED: u32 = 14;
pub const KERN_INVALID_NAME: u32 = 15;
pub const KERN_INVALID_TASK: u32 = 16;
pub const KERN_INVALID_RIGHT: u32 = 17;
pub const KERN_INVALID_VALUE: u32 = 18;
pub const KERN_UREFS_OVERFLOW: u32 = 19;
pub const KERN_INVALID_CAPABILITY: u32 = 20;
pub const KERN_RIGHT_EXISTS: u32 = 21;
pub const KERN_INVALID_HOST: u32 = 22;
pub const KERN_MEMORY_PRESENT: u32 = 23;
pub const KERN_WRITE_PROTECTION_FAILURE: u32 = 24;
pub const KERN_TERMINATED: u32 = 26;
pub const KERN_TIMEDOUT: u32 = 27;
pub const KERN_INTERRUPTED: u32 = 28;
pub const _MACH_MACH_TRAPS_H_: u32 = 1;
pub const MACH_MSGH_BITS_ZERO: u32 = 0;
pub const MACH_MSGH_BITS_REMOTE_MASK: u32 = 255;
pub const MACH_MSGH_BITS_LOCAL_MASK: u32 = 65280;
pub const MACH_MSGH_BITS_COMPLEX: u32 = 2147483648;
pub const MACH_MSGH_BITS_CIRCULAR: u32 = 1073741824;
pub const MACH_MSGH_BITS_COMPLEX_PORTS: u32 = 536870912;
pub const MACH_MSGH_BITS_COMPLEX_DATA: u32 = 268435456;
pub const MACH_MSGH_BITS_MIGRATED: u32 = 134217728;
pub const MACH_MSGH_BITS_UNUSED: u32 = 134152192;
pub const MACH_MSGH_BITS_PORTS_MASK: u32 = 65535;
pub const MACH_MSGH_KIND_NORMAL: u32 = 0;
pub const MACH_MSG_TYPE_UNSTRUCTURED: u32 = 0;
pub const MACH_MSG_TYPE_BIT: u32 = 0;
pub const MACH_MSG_TYPE_BOOLEAN: u32 = 0;
pub const MACH_MSG_TYPE_INTEGER_16: u32 = 1;
pub const MACH_MSG_TYPE_INTEGER_32: u32 = 2;
pub const MACH_MSG_TYPE_CHAR: u32 = 8;
pub const MACH_MSG_TYPE_BYTE: u32 = 9;
pub const MACH_MSG_TYPE_INTEGER_8: u32 = 9;
pub const MACH_MSG_TYPE_REAL: u32 = 10;
pub const MACH_MSG_TYPE_INTEGER_64: u32 = 11;
pub const MACH_MSG_TYPE_STRING: u32 = 12;
pub const MACH_MSG_TYPE_STRING_C: u32 = 12;
pub const MACH_MSG_TYPE_MOVE_RECEIVE: u32 = 16;
pub const MACH_MSG_TYPE_MOVE_SEND: u32 = 17;
pub const MACH_MSG_TYPE_MOVE_SEND_ONCE: u32 = 18;
pub const MACH_MSG_TYPE_COPY_SEND: u32 = 19;
pub const MACH_MSG_TYPE_MAKE_SEND: u32 = 20;
pub const MACH_MSG_TYPE_MAKE_SEND_ONCE: u32 = 21;
pub const MACH_MSG_TYPE_PORT_NAME: u32 = 15;
pub const MACH_MSG_TYPE_PORT_RECEIVE: u32 = 16;
pub const MACH_MSG_TYPE_PORT_SEND: u32 = 17;
pub const MACH_MSG_TYPE_PORT_SEND_ONCE: u32 = 18;
pub const MACH_MSG_TYPE_PROTECTED_PAYLOAD: u32 = 23;
pub const MACH_MSG_TYPE_LAST: u32 = 23;
pub const MACH_MSG_OPTION_NONE: u32 = 0;
pub const MACH_SEND_MSG: u32 = 1;
pub const MACH_RCV_MSG: u32 = 2;
pub const MACH_SEND_TIMEOUT: u32 = 16;
pub const MACH_SEND_NOTIFY: u32 = 32;
pub const MACH_SEND_INTERRUPT: u32 = 64;
pub const MACH_SEND_CANCEL: u32 = 128;
pub const MACH_RCV_TIMEOUT: u32 = 256;
pub const MACH_RCV_NOTIFY: u32 = 512;
pub const MACH_RCV_INTERRUPT: u32 = 1024;
pub const MACH_RCV_LARGE: u32 = 2048;
pub const MACH_SEND_ALWAYS: u32 = 65536;
pub const MACH_MSG_USER_ALIGNMENT: u32 = 8;
pub const MACH_MSG_SUCCESS: u32 = 0;
pub const MACH_MSG_MASK: u32 = 15360;
pub const MACH_MSG_IPC_SPACE: u32 = 8192;
pub const MACH_MSG_VM_SPACE: u32 = 4096;
pub const MACH_MSG_IPC_KERNEL: u32 = 2048;
pub const MACH_MSG_VM_KERNEL: u32 = 1024;
pub const MACH_SEND_IN_PROGRESS: u32 = 268435457;
pub const MACH_SEND_INVALID_DATA: u32 = 268435458;
pub const MACH_SEND_INVALID_DEST: u32 = 268435459;
pub const MACH_SEND_TIMED_OUT: u32 = 268435460;
pub const MACH_SEND_WILL_NOTIFY: u32 = 268435461;
pub const MACH_SEND_NOTIFY_IN_PROGRESS: u32 = 268435462;
pub const MACH_SEND_INTERRUPTED: u32 = 268435463;
pub const MACH_SEND_MSG_TOO_SMALL: u32 = 268435464;
pub const MACH_SEND_INVALID_REPLY: u32 = 268435465;
pub const MACH_SEND_INVALID_RIGHT: u32 = 268435466;
pub const MACH_SEND_INVALID_NOTIFY: u32 = 268435467;
pub const MACH_SEND_INVALID_MEMORY: u32 = 268435468;
pub const MACH_SEND_NO_BUFFER: u32 = 268435469;
pub const MACH_SEND_NO_NOTIFY: u32 = 268435470;
pub const MACH_SEND_INVALID_TYPE: u32 = 268435471;
pub const MACH_SEND_INVALID_HEADER: u32 = 268435472;
pub const MACH_RCV_IN_PROGRESS: u32 = 268451841;
pub const MACH_RCV_INVALID_NAME: u32 = 268451842;
pub const MACH_RCV_TIMED_OUT: u32 = 268451843;
pub const MACH_RCV_TOO_LARGE: u32 = 268451844;
pub const MACH_RCV_INTERRUPTED: u32 = 268451845;
pub const MACH_RCV_PORT_CHANGED: u32 = 268451846;
pub const MACH_RCV_INVALID_NOTIFY: u32 = 268451847;
pub const MACH_RCV_INVALID_DATA: u32 = 268451848;
pub const MACH_RCV_PORT_DIED: u32 = 268451849;
pub const MACH_RCV_IN_SET: u32 = 268451850;
pub const MACH_RCV_HEADER_ERROR: u32 = 268451851;
pub const MACH_RCV_BODY_ERROR: u32 = 268451852;
pub const MACH_NOTIFY_FIRST: u32 = 64;
pub const MACH_NOTIFY_PORT_DELETED: u32 = 65;
pub const MACH_NOTIFY_MSG_ACCEPTED: u32 = 66;
pub const MACH_NOTIFY_PORT_DESTROYED: u32 = 69;
pub const MACH_NOTIFY_NO_SENDERS: u32 = 70;
pub const MACH_NOTIFY_SEND_ONCE: u32 = 71;
pub const MACH_NOTIFY_DEAD_NAME: u32 = 72;
pub const MACH_NOTIFY_LAST: u32 = 77;
pub const _HURD_H: u32 = 1;
pub const MIG_TYPE_ERROR: i32 = -300;
pub const MIG_REPLY_MISMATCH: i32 = -301;
pub const MIG_REMOTE_ERROR: i32 = -302;
pub const MIG_BAD_ID: i32 = -303;
pub const MIG_BAD_ARGUMENTS: i32 = -304;
pub const MIG_NO_REPLY: i32 = -305;
pub const MIG_EXCEPTION: i32 = -306;
pub const MIG_ARRAY_TOO_LARGE: i32 = -307;
pub const MIG_SERVER_DIED: i32 = -308;
pub const MIG_DESTROY_REQUEST: i32 = -309;
pub const HURD_RELEASE: &[u8; 4] = b"0.0\0";
pub const EXEC_NEWTASK: u32 = 1;
pub const EXEC_SECURE: u32 = 2;
pub const EXEC_DEFAULTS: u32 = 4;
pub const EXEC_SIGTRAP: u32 = 8;
pub const EXEC_STACK_ARGS: u32 = 16;
pub const FS_TRANS_FORCE: u32 = 1;
pub const FS_TRANS_EXCL: u32 = 2;
pub const FS_TRANS_SET: u32 = 4;
pub const FS_TRANS_ORPHAN: u32 = 8;
pub const SELECT_READ: u32 = 1;
pub const SELECT_WRITE: u32 = 2;
pub const SELECT_URG: u32 = 4;
pub const FSYS_GOAWAY_NOWAIT: u32 = 1;
pub const FSYS_GOAWAY_NOSYNC: u32 = 2;
pub const FSYS_GOAWAY_FORCE: u32 = 4;
pub const FSYS_GOAWAY_UNLINK: u32 = 8;
pub const FSYS_GOAWAY_RECURSE: u32 = 16;
pub const STORAGE_MUTATED: u32 = 1;
pub const PI_FETCH_TASKINFO: u32 = 1;
pub const PI_FETCH_TASKEVENTS: u32 = 32;
pub const PI_FETCH_THREADS: u32 = 2;
pub const PI_FETCH_THREAD_BASIC: u32 = 4;
pub const PI_FETCH_THREAD_SCHED: u32 = 8;
pub const PI_FETCH_THREAD_WAITS: u32 = 16;
pub const PI_STOPPED: u32 = 1;
pub const PI_EXECED: u32 = 2;
pub const PI_WAITING: u32 = 4;
pub const PI_ORPHAN: u32 = 8;
pub const PI_NOMSG: u32 = 16;
pub const PI_SESSLD: u32 = 32;
pub const PI_NOTOWNED: u32 = 64;
pub const PI_NOPARENT: u32 = 128;
pub const PI_ZOMBIE: u32 = 256;
pub const PI_TRACED: u32 = 512;
pub const PI_GETMSG: u32 = 1024;
pub const PI_LOGINLD: u32 = 2048;
pub const FSTYPE_UFS: u32 = 0;
pub const FSTYPE_NFS: u32 = 1;
pub const FSTYPE_GFS: u32 = 2;
pub const FSTYPE_LFS: u32 = 3;
pub const FSTYPE_SYSV: u32 = 4;
pub const FSTYPE_FTP: u32 = 5;
pub const FSTYPE_TAR: u32 = 6;
pub const FSTYPE_AR: u32 = 7;
pub const FSTYPE_CPIO: u32 = 8;
pub const FSTYPE_MSLOSS: u32 = 9;
pub const FSTYPE_CPM: u32 = 10;
pub const FSTYPE_HFS: u32 = 11;
pub const FSTYPE_DTFS: u32 = 12;
pub const FSTYPE_GRFS: u32 = 13;
pub const FSTYPE_TERM: u32 = 14;
pub const FSTYPE_DEV: u32 = 15;
pub const FSTYPE_PROC: u32 = 16;
pub const FSTYPE_IFSOCK: u32 = 17;
pub const FSTYPE_AFS: u32 = 18;
pub const FSTYPE_DFS: u32 = 19;
pub const FSTYPE_PROC9: u32 = 20;
pub const FSTYPE_SOCKET: u32 = 21;
pub const FSTYPE_MISC: u32 = 22;
pub const FSTYPE_EXT2FS: u32 = 23;
pub const FSTYPE_HTTP: u32 = 24;
pub const FSTYPE_MEMFS: u32 = 25;
pub const FSTYPE_ISO9660: u32 = 26;
pub const FSTYPE_PCI: u32 = 27;
pub const FSTYPE_ACPI: u32 = 28;
pub const _HURD_PORT_H: u32 = 1;
pub const _HURD_USERLINK_H: u32 = 1;
pub const SHARED_PAGE_MAGIC: u32 = 2864434397;
pub const TRANSBOX_STARTING: u32 = 1;
pub const TRANSBOX_WANTED: u32 = 2;
pub const TOUCH_ATIME: u32 = 1;
pub const TOUCH_MTIME: u32 = 2;
pub const TOUCH_CTIME: u32 = 4;
pub const _HURD_IHASH_H: u32 = 1;
pub const HURD_IHASH_MIN_SIZE: u32 = 32;
pub const HURD_IHASH_MAX_LOAD_DEFAULT: u32 = 96;
pub const HURD_IHASH_NO_LOCP: i64 = -9223372036854775808;
pub const PORTS_INHIBITED: u32 = 256;
pub const PORTS_BLOCKED: u32 = 512;
pub const PORTS_INHIBIT_WAIT: u32 = 1024;
pub const PORTS_NO_ALLOC: u32 = 2048;
pub const PORTS_ALLOC_WAIT: u32 = 4096;
pub const PORT_HAS_SENDRIGHTS: u32 = 1;
pub const PORT_INHIBITED: u32 = 256;
pub const PORT_BLOCKED: u32 = 512;
pub const PORT_INHIBIT_WAIT: u32 = 1024;
pub const PORT_BUCKET_INHIBITED: u32 = 256;
pub const PORT_BUCKET_BLOCKED: u32 = 512;
pub const PORT_BUCKET_INHIBIT_WAIT: u32 = 1024;
pub const PORT_BUCKET_NO_ALLOC: u32 = 2048;
pub const PORT_BUCKET_ALLOC_WAIT: u32 = 4096;
pub const PORT_CLASS_INHIBITED: u32 = 256;
pub const PORT_CLASS_BLOCKED: u32 = 512;
pub const PORT_CLASS_INHIBIT_WAIT: u32 = 1024;
pub const PORT_CLASS_NO_ALLOC: u32 = 2048;
pub const PORT_CLASS_ALLOC_WAIT: u32 = 4096;
pub const _PORTS_INHIBITED: u32 = 256;
pub const _PORTS_BLOCKED: u32 = 512;
pub const _PORTS_INHIBIT_WAIT: u32 = 1024;
pub const _HURD_SIGPREEMPT_H: u32 = 1;
pub const OPTION_ARG_OPTIONAL: u32 = 1;
pub const OPTION_HIDDEN: u32 = 2;
pub const OPTION_ALIAS: u32 = 4;
pub const OPTION_DOC: u32 = 8;
pub const OPTION_NO_USAGE: u32 = 16;
pub const ARGP_ERR_UNKNOWN: u32 = 1073741831;
pub const ARGP_KEY_ARG: u32 = 0;
pub const ARGP_KEY_ARGS: u32 = 16777222;
pub const ARGP_KEY_END: u32 = 16777217;
pub const ARGP_KEY_NO_ARGS: u32 = 16777218;
pub const ARGP_KEY_INIT: u32 = 16777219;
pub const ARGP_KEY_FINI: u32 = 16777223;
pub const ARGP_KEY_SUCCESS: u32 = 16777220;
pub const ARGP_KEY_ERROR: u32 = 16777221;
pub const ARGP_KEY_HELP_PRE_DOC: u32 = 33554433;
pub const ARGP_KEY_HELP_POST_DOC: u32 = 33554434;
pub const ARGP_KEY_HELP_HEADER: u32 = 33554435;
pub const ARGP_KEY_HELP_EXTRA: u32 = 33554436;
pub const ARGP_KEY_HELP_DUP_ARGS_NOTE: u32 = 33554437;
pub const ARGP_KEY_HELP_ARGS_DOC: u32 = 33554438;
pub const ARGP_PARSE_ARGV0: u32 = 1;
pub const ARGP_NO_ERRS: u32 = 2;
pub const ARGP_NO_ARGS: u32 = 4;
pub const ARGP_IN_ORDER: u32 = 8;
pub const ARGP_NO_HELP: u32 = 16;
pub const ARGP_NO_EXIT: u32 = 32;
pub const ARGP_LONG_ONLY: u32 = 64;
pub const ARGP_SILENT: u32 = 50;
pub const ARGP_HELP_USAGE: u32 = 1;
pub const ARGP_HELP_SHORT_USAGE: u32 = 2;
pub const ARGP_HELP_SEE: u32 = 4;
pub const ARGP_HELP_LONG: u32 = 8;
pub const ARGP_HELP_PRE_DOC: u32 = 16;
pub const ARGP_HELP_POST_DOC: u32 = 32;
pub const ARGP_HELP_DOC: u32 = 48;
pub const ARGP_HELP_BUG_ADDR: u32 = 64;
pub const ARGP_HELP_LONG_ONLY: u32 = 128;
pub const ARGP_HELP_EXIT_ERR: u32 = 256;
pub const ARGP_HELP_EXIT_OK: u32 = 512;
pub const ARGP_HELP_STD_ERR: u32 = 260;
pub const ARGP_HELP_STD_USAGE: u32 = 262;
pub const ARGP_HELP_STD_HELP: u32 = 634;
pub const _ARGZ_H: u32 = 1;
pub const M_MMAP_THRESHOLD: i32 = -3;
pub type __uint64_t = ::core::ffi::c_ulong;
pub type __dev_t = ::core::ffi::c_ulong;
pub type __uid_t = ::core::ffi::c_uint;
pub type __gid_t = ::core::ffi::c_uint;
pub type __ino64_t = ::core::ffi::c_ulong;
pub type __mode_t = ::core::ffi::c_uint;
pub type __nlink_t = ::core::ffi::c_ulong;
pub type __off_t = ::core::ffi::c_long;
pub type __off64_t = ::core::ffi::c_long;
pub type __pid_t = ::core::ffi::c_int;
pub type __fsid_t = ::core::ffi::c_ulong;
pub type __time_t = ::core::ffi::c_long;
pub type __suseconds_t = ::core::ffi::c_long;
pub type __clockid_t = ::core::ffi::c_int;
pub type __blksize_t = ::core::ffi::c_long;
pub type __blkcnt64_t = ::core::ffi::c_long;
pub type __fsblkcnt64_t = ::core::ffi::c_ulong;
pub type __fsfilcnt64_t = ::core::ffi::c_ulong;
pub type __syscall_slong_t = ::core::ffi::c_long;
pub type __loff_t = __off64_t;
pub type natural_t = ::core::ffi::c_uint;
pub type integer_t = ::core::ffi::c_int;
pub type long_natural_t = ::core::ffi::c_ulong;
pub type long_integer_t = ::core::ffi::c_long;
pub type vm_offset_t = usize;
pub type vm_size_t = usize;
pub type rpc_uintptr_t = usize;
pub type rpc_vm_offset_t = vm_offset_t;
pub type rpc_vm_size_t = vm_size_t;
pub type rpc_long_natural_t = long_natural_t;
pub type rpc_long_integer_t = long_integer_t;
pub type boolean_t = ::core::ffi::c_int;
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct machine_info {
    pub major_version: integer_t,
    pub minor_version: integer_t,
    pub max_cpus: integer_t,
    pub avail_cpus: integer_t,
    pub memory_size: vm_size_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of machine_info"][::core::mem::size_of::<machine_info>() - 24usize];
    ["Alignment of machine_info"][::core::mem::align_of::<machine_info>() - 8usize];
    ["Offset of field: machine_info::major_version"]
        [::core::mem::offset_of!(machine_info, major_version) - 0usize];
    ["Offset of field: machine_info::minor_version"]
        [::core::mem::offset_of!(machine_info, minor_version) - 4usize];
    ["Offset of field: machine_info::max_cpus"]
        [::core::mem::offset_of!(machine_info, max_cpus) - 8usize];
    ["Offset of field: machine_info::avail_cpus"]
        [::core::mem::offset_of!(machine_info, avail_cpus) - 12usize];
    ["Offset of field: machine_info::memory_size"]
        [::core::mem::offset_of!(machine_info, memory_size) - 16usize];
};
pub type machine_info_t = *mut machine_info;
pub type machine_info_data_t = machine_info;
pub type cpu_type_t = integer_t;
pub type cpu_subtype_t = integer_t;
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct machine_slot {
    pub is_cpu: integer_t,
    pub cpu_type: cpu_type_t,
    pub cpu_subtype: cpu_subtype_t,
    pub running: integer_t,
    pub cpu_ticks: [integer_t; 3usize],
    pub clock_freq: integer_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of machine_slot"][::core::mem::size_of::<machine_slot>() - 32usize];
    ["Alignment of machine_slot"][::core::mem::align_of::<machine_slot>() - 4usize];
    ["Offset of field: machine_slot::is_cpu"]
        [::core::mem::offset_of!(machine_slot, is_cpu) - 0usize];
    ["Offset of field: machine_slot::cpu_type"]
        [::core::mem::offset_of!(machine_slot, cpu_type) - 4usize];
    ["Offset of field: machine_slot::cpu_subtype"]
        [::core::mem::offset_of!(machine_slot, cpu_subtype) - 8usize];
    ["Offset of field: machine_slot::running"]
        [::core::mem::offset_of!(machine_slot, running) - 12usize];
    ["Offset of field: machine_slot::cpu_ticks"]
        [::core::mem::offset_of!(machine_slot, cpu_ticks) - 16usize];
    ["Offset of field: machine_slot::clock_freq"]
        [::core::mem::offset_of!(machine_slot, clock_freq) - 28usize];
};
pub type machine_slot_t = *mut machine_slot;
pub type machine_slot_data_t = machine_slot;
pub type host_info_t = *mut integer_t;
pub type host_info_data_t = [integer_t; 1024usize];
pub type kernel_version_t = [::core::ffi::c_char; 512usize];
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct host_basic_info {
    pub max_cpus: integer_t,
    pub avail_cpus: integer_t,
    pub memory_size: rpc_vm_size_t,
    pub cpu_type: cpu_type_t,
    pub cpu_subtype: cpu_subtype_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of host_basic_info"][::core::mem::size_of::<host_basic_info>() - 24usize];
    ["Alignment of host_basic_info"][::core::mem::align_of::<host_basic_info>() - 8usize];
    ["Offset of field: host_basic_info::max_cpus"]
        [::core::mem::offset_of!(host_basic_info, max_cpus) - 0usize];
    ["Offset of field: host_basic_info::avail_cpus"]
        [::core::mem::offset_of!(host_basic_info, avail_cpus) - 4usize];
    ["Offset of field: host_basic_info::memory_size"]
        [::core::mem::offset_of!(host_basic_info, memory_size) - 8usize];
    ["Offset of field: host_basic_info::cpu_type"]
        [::core::mem::offset_of!(host_basic_info, cpu_type) - 16usize];
    ["Offset of field: host_basic_info::cpu_subtype"]
        [::core::mem::offset_of!(host_basic_info, cpu_subtype) - 20usize];
};
pub type host_basic_info_data_t = host_basic_info;
pub type host_basic_info_t = *mut host_basic_info;
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct host_sched_info {
    pub min_timeout: integer_t,
    pub min_quantum: integer_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of host_sched_info"][::core::mem::size_of::<host_sched_info>() - 8usize];
    ["Alignment of host_sched_info"][::core::mem::align_of::<host_sched_info>() - 4usize];
    ["Offset of field: host_sched_info::min_timeout"]
        [::core::mem::offset_of!(host_sched_info, min_timeout) - 0usize];
    ["Offset of field: host_sched_info::min_quantum"]
        [::core::mem::offset_of!(host_sched_info, min_quantum) - 4usize];
};
pub type host_sched_info_data_t = host_sched_info;
pub type host_sched_info_t = *mut host_sched_info;
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct host_load_info {
    pub avenrun: [integer_t; 3usize],
    pub mach_factor: [integer_t; 3usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of host_load_info"][::core::mem::size_of::<host_load_info>() - 24usize];
    ["Alignment of host_load_info"][::core::mem::align_of::<host_load_info>() - 4usize];
    ["Offset of field: host_load_info::avenrun"]
        [::core::mem::offset_of!(host_load_info, avenrun) - 0usize];
    ["Offset of field: host_load_info::mach_factor"]
        [::core::mem::offset_of!(host_load_info, mach_factor) - 12usize];
};
pub type host_load_info_data_t = host_load_info;
pub type host_load_info_t = *mut host_load_info;
pub type mach_port_name_t = ::core::ffi::c_uint;
pub type mach_port_name_array_t = *mut mach_port_name_t;
pub type const_mach_port_name_array_t = *const mach_port_name_t;
pub type mach_port_t = mach_port_name_t;
pub type mach_port_array_t = *mut mach_port_t;
pub type const_mach_port_array_t = *const mach_port_t;
pub type rpc_signature_info_t = *mut ::core::ffi::c_int;
pub type mach_port_right_t = natural_t;
pub type mach_port_type_t = natural_t;
pub type mach_port_type_array_t = *mut mach_port_type_t;
pub type mach_port_urefs_t = natural_t;
pub type mach_port_delta_t = integer_t;
pub type mach_port_seqno_t = natural_t;
pub type mach_port_mscount_t = ::core::ffi::c_uint;
pub type mach_port_msgcount_t = ::core::ffi::c_uint;
pub type mach_port_rights_t = ::core::ffi::c_uint;
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct mach_port_status {
    pub mps_pset: mach_port_name_t,
    pub mps_seqno: mach_port_seqno_t,
    pub mps_mscount: mach_port_mscount_t,
    pub mps_qlimit: mach_port_msgcount_t,
    pub mps_msgcount: mach_port_msgcount_t,
    pub mps_sorights: mach_port_rights_t,
    pub mps_srights: boolean_t,
    pub mps_pdrequest: boolean_t,
    pub mps_nsrequest: boolean_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of mach_port_status"][::core::mem::size_of::<mach_port_status>() - 36usize];
    ["Alignment of mach_port_status"][::core::mem::align_of::<mach_port_status>() - 4usize];
    ["Offset of field: mach_port_status::mps_pset"]
        [::core::mem::offset_of!(mach_port_status, mps_pset) - 0usize];
    ["Offset of field: mach_port_status::mps_seqno"]
        [::core::mem::offset_of!(mach_port_status, mps_seqno) - 4usize];
    ["Offset of field: mach_port_status::mps_mscount"]
        [::core::mem::offset_of!(mach_port_status, mps_mscount) - 8usize];
    ["Offset of field: mach_port_status::mps_qlimit"]
        [::core::mem::offset_of!(mach_port_status, mps_qlimit) - 12usize];
    ["Offset of field: mach_port_status::mps_msgcount"]
        [::core::mem::offset_of!(mach_port_status, mps_msgcount) - 16usize];
    ["Offset of field: mach_port_status::mps_sorights"]
        [::core::mem::offset_of!(mach_port_status, mps_sorights) - 20usize];
    ["Offset of field: mach_port_status::mps_srights"]
        [::core::mem::offset_of!(mach_port_status, mps_srights) - 24usize];
    ["Offset of field: mach_port_status::mps_pdrequest"]
        [::core::mem::offset_of!(mach_port_status, mps_pdrequest) - 28usize];
    ["Offset of field: mach_port_status::mps_nsrequest"]
        [::core::mem::offset_of!(mach_port_status, mps_nsrequest) - 32usize];
};
pub type mach_port_status_t = mach_port_status;
pub type memory_object_t = mach_port_t;
pub type memory_object_array_t = *mut memory_object_t;
pub type memory_object_control_t = mach_port_t;
pub type memory_object_name_t = mach_port_t;
pub type memory_object_copy_strategy_t = ::core::ffi::c_int;
pub type memory_object_return_t = ::core::ffi::c_int;
pub type sampled_pc_flavor_t = ::core::ffi::c_uint;
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct sampled_pc {
    pub id: rpc_vm_offset_t,
    pub pc: rpc_vm_offset_t,
    pub sampletype: sampled_pc_flavor_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of sampled_pc"][::core::mem::size_of::<sampled_pc>() - 24usize];
    ["Alignment of sampled_pc"][::core::mem::align_of::<sampled_pc>() - 8usize];
    ["Offset of field: sampled_pc::id"][::core::mem::offset_of!(sampled_pc, id) - 0usize];
    ["Offset of field: sampled_pc::pc"][::core::mem::offset_of!(sampled_pc, pc) - 8usize];
    ["Offset of field: sampled_pc::sampletype"]
        [::core::mem::offset_of!(sampled_pc, sampletype) - 16usize];
};
pub type sampled_pc_t = sampled_pc;
pub type sampled_pc_array_t = *mut sampled_pc_t;
pub type sampled_pc_seqno_t = ::core::ffi::c_uint;
pub type processor_info_t = *mut integer_t;
pub type processor_info_data_t = [integer_t; 1024usize];
pub type processor_set_info_t = *mut integer_t;
pub type processor_set_info_data_t = [integer_t; 1024usize];
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct processor_basic_info {
    pub cpu_type: cpu_type_t,
    pub cpu_subtype: cpu_subtype_t,
    pub running: integer_t,
    pub slot_num: integer_t,
    pub is_master: integer_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of processor_basic_info"][::core::mem::size_of::<processor_basic_info>() - 20usize];
    ["Alignment of processor_basic_info"][::core::mem::align_of::<processor_basic_info>() - 4usize];
    ["Offset of field: processor_basic_info::cpu_type"]
        [::core::mem::offset_of!(processor_basic_info, cpu_type) - 0usize];
    ["Offset of field: processor_basic_info::cpu_subtype"]
        [::core::mem::offset_of!(processor_basic_info, cpu_subtype) - 4usize];
    ["Offset of field: processor_basic_info::running"]
        [::core::mem::offset_of!(processor_basic_info, running) - 8usize];
    ["Offset of field: processor_basic_info::slot_num"]
        [::core::mem::offset_of!(processor_basic_info, slot_num) - 12usize];
    ["Offset of field: processor_basic_info::is_master"]
        [::core::mem::offset_of!(processor_basic_info, is_master) - 16usize];
};
pub type processor_basic_info_data_t = processor_basic_info;
pub type processor_basic_info_t = *mut processor_basic_info;
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct processor_set_basic_info {
    pub processor_count: integer_t,
    pub task_count: integer_t,
    pub thread_count: integer_t,
    pub load_average: integer_t,
    pub mach_factor: integer_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of processor_set_basic_info"]
        [::core::mem::size_of::<processor_set_basic_info>() - 20usize];
    ["Alignment of processor_set_basic_info"]
        [::core::mem::align_of::<processor_set_basic_info>() - 4usize];
    ["Offset of field: processor_set_basic_info::processor_count"]
        [::core::mem::offset_of!(processor_set_basic_info, processor_count) - 0usize];
    ["Offset of field: processor_set_basic_info::task_count"]
        [::core::mem::offset_of!(processor_set_basic_info, task_count) - 4usize];
    ["Offset of field: processor_set_basic_info::thread_count"]
        [::core::mem::offset_of!(processor_set_basic_info, thread_count) - 8usize];
    ["Offset of field: processor_set_basic_info::load_average"]
        [::core::mem::offset_of!(processor_set_basic_info, load_average) - 12usize];
    ["Offset of field: processor_set_basic_info::mach_factor"]
        [::core::mem::offset_of!(processor_set_basic_info, mach_factor) - 16usize];
};
pub type processor_set_basic_info_data_t = processor_set_basic_info;
pub type processor_set_basic_info_t = *mut processor_set_basic_info;
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct processor_set_sched_info {
    pub policies: integer_t,
    pub max_priority: integer_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of processor_set_sched_info"]
        [::core::mem::size_of::<processor_set_sched_info>() - 8usize];
    ["Alignment of processor_set_sched_info"]
        [::core::mem::align_of::<processor_set_sched_info>() - 4usize];
    ["Offset of field: processor_set_sched_info::policies"]
        [::core::mem::offset_of!(processor_set_sched_info, policies) - 0usize];
    ["Offset of field: processor_set_sched_info::max_priority"]
        [::core::mem::offset_of!(processor_set_sched_info, max_priority) - 4usize];
};
pub type processor_set_sched_info_data_t = processor_set_sched_info;
pub type processor_set_sched_info_t = *mut processor_set_sched_info;
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct rpc_time_value {
    pub seconds: rpc_long_integer_t,
    pub microseconds: integer_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of rpc_time_value"][::core::mem::size_of::<rpc_time_value>() - 16usize];
    ["Alignment of rpc_time_value"][::core::mem::align_of::<rpc_time_value>() - 8usize];
    ["Offset of field: rpc_time_value::seconds"]
        [::core::mem::offset_of!(rpc_time_value, seconds) - 0usize];
    ["Offset of field: rpc_time_value::microseconds"]
        [::core::mem::offset_of!(rpc_time_value, microseconds) - 8usize];
};
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct time_value {
    pub seconds: long_integer_t,
    pub microseconds: integer_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of time_value"][::core::mem::size_of::<time_value>() - 16usize];
    ["Alignment of time_value"][::core::mem::align_of::<time_value>() - 8usize];
    ["Offset of field: time_value::seconds"][::core::mem::offset_of!(time_value, seconds) - 0usize];
    ["Offset of field: time_value::microseconds"]
        [::core::mem::offset_of!(time_value, microseconds) - 8usize];
};
pub type time_value_t = time_value;
pub type rpc_time_value_t = time_value;
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct time_value64 {
    pub seconds: i64,
    pub nanoseconds: i64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of time_value64"][::core::mem::size_of::<time_value64>() - 16usize];
    ["Alignment of time_value64"][::core::mem::align_of::<time_value64>() - 8usize];
    ["Offset of field: time_value64::seconds"]
        [::core::mem::offset_of!(time_value64, seconds) - 0usize];
    ["Offset of field: time_value64::nanoseconds"]
        [::core::mem::offset_of!(time_value64, nanoseconds) - 8usize];
};
pub type time_value64_t = time_value64;
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct mapped_time_value {
    pub seconds: integer_t,
    pub microseconds: integer_t,
    pub check_seconds: integer_t,
    pub time_value: time_value64,
    pub check_seconds64: i64,
    pub uptime_value: time_value64,
    pub check_upseconds64: i64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of mapped_time_value"][::core::mem::size_of::<mapped_time_value>() - 64usize];
    ["Alignment of mapped_time_value"][::core::mem::align_of::<mapped_time_value>() - 8usize];
    ["Offset of field: mapped_time_value::seconds"]
        [::core::mem::offset_of!(mapped_time_value, seconds) - 0usize];
    ["Offset of field: mapped_time_value::microseconds"]
        [::core::mem::offset_of!(mapped_time_value, microseconds) - 4usize];
    ["Offset of field: mapped_time_value::check_seconds"]
        [::core::mem::offset_of!(mapped_time_value, check_seconds) - 8usize];
    ["Offset of field: mapped_time_value::time_value"]
        [::core::mem::offset_of!(mapped_time_value, time_value) - 16usize];
    ["Offset of field: mapped_time_value::check_seconds64"]
        [::core::mem::offset_of!(mapped_time_value, check_seconds64) - 32usize];
    ["Offset of field: mapped_time_value::uptime_value"]
        [::core::mem::offset_of!(mapped_time_value, uptime_value) - 40usize];
    ["Offset of field: mapped_time_value::check_upseconds64"]
        [::core::mem::offset_of!(mapped_time_value, check_upseconds64) - 56usize];
};
pub type mapped_time_value_t = mapped_time_value;
pub type task_info_t = *mut integer_t;
pub type task_info_data_t = [integer_t; 1024usize];
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct task_basic_info {
    pub suspend_count: integer_t,
    pub base_priority: integer_t,
    pub virtual_size: rpc_vm_size_t,
    pub resident_size: rpc_vm_size_t,
    pub user_time: rpc_time_value_t,
    pub system_time: rpc_time_value_t,
    pub creation_time: rpc_time_value_t,
    pub user_time64: time_value64_t,
    pub system_time64: time_value64_t,
    pub creation_time64: time_value64_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of task_basic_info"][::core::mem::size_of::<task_basic_info>() - 120usize];
    ["Alignment of task_basic_info"][::core::mem::align_of::<task_basic_info>() - 8usize];
    ["Offset of field: task_basic_info::suspend_count"]
        [::core::mem::offset_of!(task_basic_info, suspend_count) - 0usize];
    ["Offset of field: task_basic_info::base_priority"]
        [::core::mem::offset_of!(task_basic_info, base_priority) - 4usize];
    ["Offset of field: task_basic_info::virtual_size"]
        [::core::mem::offset_of!(task_basic_info, virtual_size) - 8usize];
    ["Offset of field: task_basic_info::resident_size"]
        [::core::mem::offset_of!(task_basic_info, resident_size) - 16usize];
    ["Offset of field: task_basic_info::user_time"]
        [::core::mem::offset_of!(task_basic_info, user_time) - 24usize];
    ["Offset of field: task_basic_info::system_time"]
        [::core::mem::offset_of!(task_basic_info, system_time) - 40usize];
    ["Offset of field: task_basic_info::creation_time"]
        [::core::mem::offset_of!(task_basic_info, creation_time) - 56usize];
    ["Offset of field: task_basic_info::user_time64"]
        [::core::mem::offset_of!(task_basic_info, user_time64) - 72usize];
    ["Offset of field: task_basic_info::system_time64"]
        [::core::mem::offset_of!(task_basic_info, system_time64) - 88usize];
    ["Offset of field: task_basic_info::creation_time64"]
        [::core::mem::offset_of!(task_basic_info, creation_time64) - 104usize];
};
pub type task_basic_info_data_t = task_basic_info;
pub type task_basic_info_t = *mut task_basic_info;
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct task_events_info {
    pub faults: rpc_long_natural_t,
    pub zero_fills: rpc_long_natural_t,
    pub reactivations: rpc_long_natural_t,
    pub pageins: rpc_long_natural_t,
    pub cow_faults: rpc_long_natural_t,
    pub messages_sent: rpc_long_natural_t,
    pub messages_received: rpc_long_natural_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of task_events_info"][::core::mem::size_of::<task_events_info>() - 56usize];
    ["Alignment of task_events_info"][::core::mem::align_of::<task_events_info>() - 8usize];
    ["Offset of field: task_events_info::faults"]
        [::core::mem::offset_of!(task_events_info, faults) - 0usize];
    ["Offset of field: task_events_info::zero_fills"]
        [::core::mem::offset_of!(task_events_info, zero_fills) - 8usize];
    ["Offset of field: task_events_info::reactivations"]
        [::core::mem::offset_of!(task_events_info, reactivations) - 16usize];
    ["Offset of field: task_events_info::pageins"]
        [::core::mem::offset_of!(task_events_info, pageins) - 24usize];
    ["Offset of field: task_events_info::cow_faults"]
        [::core::mem::offset_of!(task_events_info, cow_faults) - 32usize];
    ["Offset of field: task_events_info::messages_sent"]
        [::core::mem::offset_of!(task_events_info, messages_sent) - 40usize];
    ["Offset of field: task_events_info::messages_received"]
        [::core::mem::offset_of!(task_events_info, messages_received) - 48usize];
};
pub type task_events_info_data_t = task_events_info;
pub type task_events_info_t = *mut task_events_info;
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct task_thread_times_info {
    pub user_time: rpc_time_value_t,
    pub system_time: rpc_time_value_t,
    pub user_time64: time_value64_t,
    pub system_time64: time_value64_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of task_thread_times_info"][::core::mem::size_of::<task_thread_times_info>() - 64usize];
    ["Alignment of task_thread_times_info"]
        [::core::mem::align_of::<task_thread_times_info>() - 8usize];
    ["Offset of field: task_thread_times_info::user_time"]
        [::core::mem::offset_of!(task_thread_times_info, user_time) - 0usize];
    ["Offset of field: task_thread_times_info::system_time"]
        [::core::mem::offset_of!(task_thread_times_info, system_time) - 16usize];
    ["Offset of field: task_thread_times_info::user_time64"]
        [::core::mem::offset_of!(task_thread_times_info, user_time64) - 32usize];
    ["Offset of field: task_thread_times_info::system_time64"]
        [::core::mem::offset_of!(task_thread_times_info, system_time64) - 48usize];
};
pub type task_thread_times_info_data_t = task_thread_times_info;
pub type task_thread_times_info_t = *mut task_thread_times_info;
pub type thread_info_t = *mut integer_t;
pub type thread_info_data_t = [integer_t; 1024usize];
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct thread_basic_info {
    pub user_time: rpc_time_value_t,
    pub system_time: rpc_time_value_t,
    pub cpu_usage: integer_t,
    pub base_priority: integer_t,
    pub cur_priority: integer_t,
    pub run_state: integer_t,
    pub flags: integer_t,
    pub suspend_count: integer_t,
    pub sleep_time: integer_t,
    pub creation_time: rpc_time_value_t,
    pub user_time64: time_value64_t,
    pub system_time64: time_value64_t,
    pub creation_time64: time_value64_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of thread_basic_info"][::core::mem::size_of::<thread_basic_info>() - 128usize];
    ["Alignment of thread_basic_info"][::core::mem::align_of::<thread_basic_info>() - 8usize];
    ["Offset of field: thread_basic_info::user_time"]
        [::core::mem::offset_of!(thread_basic_info, user_time) - 0usize];
    ["Offset of field: thread_basic_info::system_time"]
        [::core::mem::offset_of!(thread_basic_info, system_time) - 16usize];
    ["Offset of field: thread_basic_info::cpu_usage"]
        [::core::mem::offset_of!(thread_basic_info, cpu_usage) - 32usize];
    ["Offset of field: thread_basic_info::base_priority"]
        [::core::mem::offset_of!(thread_basic_info, base_priority) - 36usize];
    ["Offset of field: thread_basic_info::cur_priority"]
        [::core::mem::offset_of!(thread_basic_info, cur_priority) - 40usize];
    ["Offset of field: thread_basic_info::run_state"]
        [::core::mem::offset_of!(thread_basic_info, run_state) - 44usize];
    ["Offset of field: thread_basic_info::flags"]
        [::core::mem::offset_of!(thread_basic_info, flags) - 48usize];
    ["Offset of field: thread_basic_info::suspend_count"]
        [::core::mem::offset_of!(thread_basic_info, suspend_count) - 52usize];
    ["Offset of field: thread_basic_info::sleep_time"]
        [::core::mem::offset_of!(thread_basic_info, sleep_time) - 56usize];
    ["Offset of field: thread_basic_info::creation_time"]
        [::core::mem::offset_of!(thread_basic_info, creation_time) - 64usize];
    ["Offset of field: thread_basic_info::user_time64"]
        [::core::mem::offset_of!(thread_basic_info, user_time64) - 80usize];
    ["Offset of field: thread_basic_info::system_time64"]
        [::core::mem::offset_of!(thread_basic_info, system_time64) - 96usize];
    ["Offset of field: thread_basic_info::creation_time64"]
        [::core::mem::offset_of!(thread_basic_info, creation_time64) - 112usize];
};
pub type thread_basic_info_data_t = thread_basic_info;
pub type thread_basic_info_t = *mut thread_basic_info;
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct thread_sched_info {
    pub policy: integer_t,
    pub data: integer_t,
    pub base_priority: integer_t,
    pub max_priority: integer_t,
    pub cur_priority: integer_t,
    pub depressed: integer_t,
    pub depress_priority: integer_t,
    pub last_processor: integer_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of thread_sched_info"][::core::mem::size_of::<thread_sched_info>() - 32usize];
    ["Alignment of thread_sched_info"][::core::mem::align_of::<thread_sched_info>() - 4usize];
    ["Offset of field: thread_sched_info::policy"]
        [::core::mem::offset_of!(thread_sched_info, policy) - 0usize];
    ["Offset of field: thread_sched_info::data"]
        [::core::mem::offset_of!(thread_sched_info, data) - 4usize];
    ["Offset of field: thread_sched_info::base_priority"]
        [::core::mem::offset_of!(thread_sched_info, base_priority) - 8usize];
    ["Offset of field: thread_sched_info::max_priority"]
        [::core::mem::offset_of!(thread_sched_info, max_priority) - 12usize];
    ["Offset of field: thread_sched_info::cur_priority"]
        [::core::mem::offset_of!(thread_sched_info, cur_priority) - 16usize];
    ["Offset of field: thread_sched_info::depressed"]
        [::core::mem::offset_of!(thread_sched_info, depressed) - 20usize];
    ["Offset of field: thread_sched_info::depress_priority"]
        [::core::mem::offset_of!(thread_sched_info, depress_priority) - 24usize];
    ["Offset of field: thread_sched_info::last_processor"]
        [::core::mem::offset_of!(thread_sched_info, last_processor) - 28usize];
};
pub type thread_sched_info_data_t = thread_sched_info;
pub type thread_sched_info_t = *mut thread_sched_info;
pub type thread_state_t = *mut natural_t;
pub type thread_state_data_t = [natural_t; 1024usize];
pub type vm_machine_attribute_t = ::core::ffi::c_uint;
pub type vm_machine_attribute_val_t = ::core::ffi::c_int;
pub type vm_inherit_t = ::core::ffi::c_int;
pub type vm_prot_t = ::core::ffi::c_int;
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct vm_statistics {
    pub pagesize: integer_t,
    pub free_count: integer_t,
    pub active_count: integer_t,
    pub inactive_count: integer_t,
    pub wire_count: integer_t,
    pub zero_fill_count: integer_t,
    pub reactivations: integer_t,
    pub pageins: integer_t,
    pub pageouts: integer_t,
    pub faults: integer_t,
    pub cow_faults: integer_t,
    pub lookups: integer_t,
    pub hits: integer_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of vm_statistics"][::core::mem::size_of::<vm_statistics>() - 52usize];
    ["Alignment of vm_statistics"][::core::mem::align_of::<vm_statistics>() - 4usize];
    ["Offset of field: vm_statistics::pagesize"]
        [::core::mem::offset_of!(vm_statistics, pagesize) - 0usize];
    ["Offset of field: vm_statistics::free_count"]
        [::core::mem::offset_of!(vm_statistics, free_count) - 4usize];
    ["Offset of field: vm_statistics::active_count"]
        [::core::mem::offset_of!(vm_statistics, active_count) - 8usize];
    ["Offset of field: vm_statistics::inactive_count"]
        [::core::mem::offset_of!(vm_statistics, inactive_count) - 12usize];
    ["Offset of field: vm_statistics::wire_count"]
        [::core::mem::offset_of!(vm_statistics, wire_count) - 16usize];
    ["Offset of field: vm_statistics::zero_fill_count"]
        [::core::mem::offset_of!(vm_statistics, zero_fill_count) - 20usize];
    ["Offset of field: vm_statistics::reactivations"]
        [::core::mem::offset_of!(vm_statistics, reactivations) - 24usize];
    ["Offset of field: vm_statistics::pageins"]
        [::core::mem::offset_of!(vm_statistics, pageins) - 28usize];
    ["Offset of field: vm_statistics::pageouts"]
        [::core::mem::offset_of!(vm_statistics, pageouts) - 32usize];
    ["Offset of field: vm_statistics::faults"]
        [::core::mem::offset_of!(vm_statistics, faults) - 36usize];
    ["Offset of field: vm_statistics::cow_faults"]
        [::core::mem::offset_of!(vm_statistics, cow_faults) - 40usize];
    ["Offset of field: vm_statistics::lookups"]
        [::core::mem::offset_of!(vm_statistics, lookups) - 44usize];
    ["Offset of field: vm_statistics::hits"]
        [::core::mem::offset_of!(vm_statistics, hits) - 48usize];
};
pub type vm_statistics_t = *mut vm_statistics;
pub type vm_statistics_data_t = vm_statistics;
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct pmap_statistics {
    pub resident_count: integer_t,
    pub wired_count: integer_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of pmap_statistics"][::core::mem::size_of::<pmap_statistics>() - 8usize];
    ["Alignment of pmap_statistics"][::core::mem::align_of::<pmap_statistics>() - 4usize];
    ["Offset of field: pmap_statistics::resident_count"]
        [::core::mem::offset_of!(pmap_statistics, resident_count) - 0usize];
    ["Offset of field: pmap_statistics::wired_count"]
        [::core::mem::offset_of!(pmap_statistics, wired_count) - 4usize];
};
pub type pmap_statistics_t = *mut pmap_statistics;
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct vm_cache_statistics {
    pub cache_object_count: integer_t,
    pub cache_count: integer_t,
    pub active_tmp_count: integer_t,
    pub inactive_tmp_count: integer_t,
    pub active_perm_count: integer_t,
    pub inactive_perm_count: integer_t,
    pub dirty_count: integer_t,
    pub laundry_count: integer_t,
    pub writeback_count: integer_t,
    pub slab_count: integer_t,
    pub slab_reclaim_count: integer_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of vm_cache_statistics"][::core::mem::size_of::<vm_cache_statistics>() - 44usize];
    ["Alignment of vm_cache_statistics"][::core::mem::align_of::<vm_cache_statistics>() - 4usize];
    ["Offset of field: vm_cache_statistics::cache_object_count"]
        [::core::mem::offset_of!(vm_cache_statistics, cache_object_count) - 0usize];
    ["Offset of field: vm_cache_statistics::cache_count"]
        [::core::mem::offset_of!(vm_cache_statistics, cache_count) - 4usize];
    ["Offset of field: vm_cache_statistics::active_tmp_count"]
        [::core::mem::offset_of!(vm_cache_statistics, active_tmp_count) - 8usize];
    ["Offset of field: vm_cache_statistics::inactive_tmp_count"]
        [::core::mem::offset_of!(vm_cache_statistics, inactive_tmp_count) - 12usize];
    ["Offset of field: vm_cache_statistics::active_perm_count"]
        [::core::mem::offset_of!(vm_cache_statistics, active_perm_count) - 16usize];
    ["Offset of field: vm_cache_statistics::inactive_perm_count"]
        [::core::mem::offset_of!(vm_cache_statistics, inactive_perm_count) - 20usize];
    ["Offset of field: vm_cache_statistics::dirty_count"]
        [::core::mem::offset_of!(vm_cache_statistics, dirty_count) - 24usize];
    ["Offset of field: vm_cache_statistics::laundry_count"]
        [::core::mem::offset_of!(vm_cache_statistics, laundry_count) - 28usize];
    ["Offset of field: vm_cache_statistics::writeback_count"]
        [::core::mem::offset_of!(vm_cache_statistics, writeback_count) - 32usize];
    ["Offset of field: vm_cache_statistics::slab_count"]
        [::core::mem::offset_of!(vm_cache_statistics, slab_count) - 36usize];
    ["Offset of field: vm_cache_statistics::slab_reclaim_count"]
        [::core::mem::offset_of!(vm_cache_statistics, slab_reclaim_count) - 40usize];
};
pub type vm_cache_statistics_t = *mut vm_cache_statistics;
pub type vm_cache_statistics_data_t = vm_cache_statistics;
pub type vm_wire_t = ::core::ffi::c_int;
pub type vm_sync_t = ::core::ffi::c_int;
pub type task_t = mach_port_t;
pub type task_array_t = *mut task_t;
pub type vm_task_t = task_t;
pub type ipc_space_t = task_t;
pub type thread_t = mach_port_t;
pub type thread_array_t = *mut thread_t;
pub type host_t = mach_port_t;
pub type host_priv_t = mach_port_t;
pub type processor_t = mach_port_t;
pub type processor_array_t = *mut mach_port_t;
pub type processor_set_t = mach_port_t;
pub type processor_set_name_t = mach_port_t;
pub type processor_set_array_t = *mut mach_port_t;
pub type processor_set_name_array_t = *mut mach_port_t;
pub type emulation_vector_t = *mut vm_offset_t;
pub type kern_return_t = ::core::ffi::c_int;
pub type pointer_t = vm_offset_t;
pub type vm_address_t = vm_offset_t;
pub type mach_msg_timeout_t = natural_t;
pub type mach_msg_bits_t = ::core::ffi::c_uint;
pub type mach_msg_size_t = ::core::ffi::c_uint;
pub type mach_msg_seqno_t = natural_t;
pub type mach_msg_id_t = integer_t;
#[repr(C)]
#[derive(Copy, Clone)]
pub struct mach_msg_header {
    pub msgh_bits: mach_msg_bits_t,
    pub msgh_size: mach_msg_size_t,
    pub __bindgen_anon_1: mach_msg_header__bindgen_ty_1,
    pub __bindgen_anon_2: mach_msg_header__bindgen_ty_2,
    pub msgh_seqno: mach_port_seqno_t,
    pub msgh_id: mach_msg_id_t,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub union mach_msg_header__bindgen_ty_1 {
    pub msgh_remote_port: mach_port_t,
    pub msgh_remote_port_do_not_use: rpc_uintptr_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of mach_msg_header__bindgen_ty_1"]
        [::core::mem::size_of::<mach_msg_header__bindgen_ty_1>() - 8usize];
    ["Alignment of mach_msg_header__bindgen_ty_1"]
        [::core::mem::align_of::<mach_msg_header__bindgen_ty_1>() - 8usize];
    ["Offset of field: mach_msg_header__bindgen_ty_1::msgh_remote_port"]
        [::core::mem::offset_of!(mach_msg_header__bindgen_ty_1, msgh_remote_port) - 0usize];
    ["Offset of field: mach_msg_header__bindgen_ty_1::msgh_remote_port_do_not_use"][::core::mem::offset_of!(
        mach_msg_header__bindgen_ty_1,
        msgh_remote_port_do_not_use
    ) - 0usize];
};
impl Default for mach_msg_header__bindgen_ty_1 {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Copy, Clone)]
pub union mach_msg_header__bindgen_ty_2 {
    pub msgh_local_port: mach_port_t,
    pub msgh_protected_payload: rpc_uintptr_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of mach_msg_header__bindgen_ty_2"]
        [::core::mem::size_of::<mach_msg_header__bindgen_ty_2>() - 8usize];
    ["Alignment of mach_msg_header__bindgen_ty_2"]
        [::core::mem::align_of::<mach_msg_header__bindgen_ty_2>() - 8usize];
    ["Offset of field: mach_msg_header__bindgen_ty_2::msgh_local_port"]
        [::core::mem::offset_of!(mach_msg_header__bindgen_ty_2, msgh_local_port) - 0usize];
    ["Offset of field: mach_msg_header__bindgen_ty_2::msgh_protected_payload"]
        [::core::mem::offset_of!(mach_msg_header__bindgen_ty_2, msgh_protected_payload) - 0usize];
};
impl Default for mach_msg_header__bindgen_ty_2 {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of mach_msg_header"][::core::mem::size_of::<mach_msg_header>() - 32usize];
    ["Alignment of mach_msg_header"][::core::mem::align_of::<mach_msg_header>() - 8usize];
    ["Offset of field: mach_msg_header::msgh_bits"]
        [::core::mem::offset_of!(mach_msg_header, msgh_bits) - 0usize];
    ["Offset of field: mach_msg_header::msgh_size"]
        [::core::mem::offset_of!(mach_msg_header, msgh_size) - 4usize];
    ["Offset of field: mach_msg_header::msgh_seqno"]
        [::core::mem::offset_of!(mach_msg_header, msgh_seqno) - 24usize];
    ["Offset of field: mach_msg_header::msgh_id"]
        [::core::mem::offset_of!(mach_msg_header, msgh_id) - 28usize];
};
impl Default for mach_msg_header {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
pub type mach_msg_header_t = mach_msg_header;
pub type mach_msg_user_header_t = mach_msg_header_t;
pub type mach_msg_type_name_t = ::core::ffi::c_uint;
pub type mach_msg_type_size_t = ::core::ffi::c_uint;
pub type mach_msg_type_number_t = natural_t;
#[repr(C)]
#[derive(Copy, Clone)]
pub struct mach_port_name_inlined_t {
    pub __bindgen_anon_1: mach_port_name_inlined_t__bindgen_ty_1,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub union mach_port_name_inlined_t__bindgen_ty_1 {
    pub name: mach_port_name_t,
    pub kernel_port_do_not_use: usize,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of mach_port_name_inlined_t__bindgen_ty_1"]
        [::core::mem::size_of::<mach_port_name_inlined_t__bindgen_ty_1>() - 8usize];
    ["Alignment of mach_port_name_inlined_t__bindgen_ty_1"]
        [::core::mem::align_of::<mach_port_name_inlined_t__bindgen_ty_1>() - 8usize];
    ["Offset of field: mach_port_name_inlined_t__bindgen_ty_1::name"]
        [::core::mem::offset_of!(mach_port_name_inlined_t__bindgen_ty_1, name) - 0usize];
    ["Offset of field: mach_port_name_inlined_t__bindgen_ty_1::kernel_port_do_not_use"][::core::mem::offset_of!(
        mach_port_name_inlined_t__bindgen_ty_1,
        kernel_port_do_not_use
    ) - 0usize];
};
impl Default for mach_port_name_inlined_t__bindgen_ty_1 {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of mach_port_name_inlined_t"]
        [::core::mem::size_of::<mach_port_name_inlined_t>() - 8usize];
    ["Alignment of mach_port_name_inlined_t"]
        [::core::mem::align_of::<mach_port_name_inlined_t>() - 8usize];
};
impl Default for mach_port_name_inlined_t {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[repr(align(8))]
#[derive(Debug, Default, Copy, Clone)]
pub struct mach_msg_type_t {
    pub _bitfield_align_1: [u16; 0],
    pub _bitfield_1: __BindgenBitfieldUnit<[u8; 4usize]>,
    pub msgt_number: mach_msg_type_number_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of mach_msg_type_t"][::core::mem::size_of::<mach_msg_type_t>() - 8usize];
    ["Alignment of mach_msg_type_t"][::core::mem::align_of::<mach_msg_type_t>() - 8usize];
    ["Offset of field: mach_msg_type_t::msgt_number"]
        [::core::mem::offset_of!(mach_msg_type_t, msgt_number) - 4usize];
};
impl mach_msg_type_t {
    #[inline]
    pub fn msgt_name(&self) -> ::core::ffi::c_uint {
        unsafe { ::core::mem::transmute(self._bitfield_1.get(0usize, 8u8) as u32) }
    }
    #[inline]
    pub fn set_msgt_name(&mut self, val: ::core::ffi::c_uint) {
        unsafe {
            let val: u32 = ::core::mem::transmute(val);
            self._bitfield_1.set(0usize, 8u8, val as u64)
        }
    }
    #[inline]
    pub unsafe fn msgt_name_raw(this: *const Self) -> ::core::ffi::c_uint {
        unsafe {
            ::core::mem::transmute(<__BindgenBitfieldUnit<[u8; 4usize]>>::raw_get(
                ::core::ptr::addr_of!((*this)._bitfield_1),
                0usize,
                8u8,
            ) as u32)
        }
    }
    #[inline]
    pub unsafe fn set_msgt_name_raw(this: *mut Self, val: ::core::ffi::c_uint) {
        unsafe {
            let val: u32 = ::core::mem::transmute(val);
            <__BindgenBitfieldUnit<[u8; 4usize]>>::raw_set(
                ::core::ptr::addr_of_mut!((*this)._bitfield_1),
                0usize,
                8u8,
                val as u64,
            )
        }
    }
    #[inline]
    pub fn msgt_size(&self) -> ::core::ffi::c_uint {
        unsafe { ::core::mem::transmute(self._bitfield_1.get(8usize, 16u8) as u32) }
    }
    #[inline]
    pub fn set_msgt_size(&mut self, val: ::core::ffi::c_uint) {
        unsafe {
            let val: u32 = ::core::mem::transmute(val);
            self._bitfield_1.set(8usize, 16u8, val as u64)
        }
    }
    #[inline]
    pub unsafe fn msgt_size_raw(this: *const Self) -> ::core::ffi::c_uint {
        unsafe {
            ::core::mem::transmute(<__BindgenBitfieldUnit<[u8; 4usize]>>::raw_get(
                ::core::ptr::addr_of!((*this)._bitfield_1),
                8usize,
                16u8,
            ) as u32)
        }
    }
    #[inline]
    pub unsafe fn set_msgt_size_raw(this: *mut Self, val: ::core::ffi::c_uint) {
        unsafe {
            let val: u32 = ::core::mem::transmute(val);
            <__BindgenBitfieldUnit<[u8; 4usize]>>::raw_set(
                ::core::ptr::addr_of_mut!((*this)._bitfield_1),
                8usize,
                16u8,
                val as u64,
            )
        }
    }
    #[inline]
    pub fn msgt_unused(&self) -> ::core::ffi::c_uint {
        unsafe { ::core::mem::transmute(self._bitfield_1.get(24usize, 5u8) as u32) }
    }
    #[inline]
    pub fn set_msgt_unused(&mut self, val: ::core::ffi::c_uint) {
        unsafe {
            let val: u32 = ::core::mem::transmute(val);
            self._bitfield_1.set(24usize, 5u8, val as u64)
        }
    }
    #[inline]
    pub unsafe fn msgt_unused_raw(this: *const Self) -> ::core::ffi::c_uint {
        unsafe {
            ::core::mem::transmute(<__BindgenBitfieldUnit<[u8; 4usize]>>::raw_get(
                ::core::ptr::addr_of!((*this)._bitfield_1),
                24usize,
                5u8,
            ) as u32)
        }
    }
    #[inline]
    pub unsafe fn set_msgt_unused_raw(this: *mut Self, val: ::core::ffi::c_uint) {
        unsafe {
            let val: u32 = ::core::mem::transmute(val);
            <__BindgenBitfieldUnit<[u8; 4usize]>>::raw_set(
                ::core::ptr::addr_of_mut!((*this)._bitfield_1),
                24usize,
                5u8,
                val as u64,
            )
        }
    }
    #[inline]
    pub fn msgt_inline(&self) -> ::core::ffi::c_uint {
        unsafe { ::core::mem::transmute(self._bitfield_1.get(29usize, 1u8) as u32) }
    }
    #[inline]
    pub fn set_msgt_inline(&mut self, val: ::core::ffi::c_uint) {
        unsafe {
            let val: u32 = ::core::mem::transmute(val);
            self._bitfield_1.set(29usize, 1u8, val as u64)
        }
    }
    #[inline]
    pub unsafe fn msgt_inline_raw(this: *const Self) -> ::core::ffi::c_uint {
        unsafe {
            ::core::mem::transmute(<__BindgenBitfieldUnit<[u8; 4usize]>>::raw_get(
                ::core::ptr::addr_of!((*this)._bitfield_1),
                29usize,
                1u8,
            ) as u32)
        }
    }
    #[inline]
    pub unsafe fn set_msgt_inline_raw(this: *mut Self, val: ::core::ffi::c_uint) {
        unsafe {
            let val: u32 = ::core::mem::transmute(val);
            <__BindgenBitfieldUnit<[u8; 4usize]>>::raw_set(
                ::core::ptr::addr_of_mut!((*this)._bitfield_1),
                29usize,
                1u8,
                val as u64,
            )
        }
    }
    #[inline]
    pub fn msgt_longform(&self) -> ::core::ffi::c_uint {
        unsafe { ::core::mem::transmute(self._bitfield_1.get(30usize, 1u8) as u32) }
    }
    #[inline]
    pub fn set_msgt_longform(&mut self, val: ::core::ffi::c_uint) {
        unsafe {
            let val: u32 = ::core::mem::transmute(val);
            self._bitfield_1.set(30usize, 1u8, val as u64)
        }
    }
    #[inline]
    pub unsafe fn msgt_longform_raw(this: *const Self) -> ::core::ffi::c_uint {
        unsafe {
            ::core::mem::transmute(<__BindgenBitfieldUnit<[u8; 4usize]>>::raw_get(
                ::core::ptr::addr_of!((*this)._bitfield_1),
                30usize,
                1u8,
            ) as u32)
        }
    }
    #[inline]
    pub unsafe fn set_msgt_longform_raw(this: *mut Self, val: ::core::ffi::c_uint) {
        unsafe {
            let val: u32 = ::core::mem::transmute(val);
            <__BindgenBitfieldUnit<[u8; 4usize]>>::raw_set(
                ::core::ptr::addr_of_mut!((*this)._bitfield_1),
                30usize,
                1u8,
                val as u64,
            )
        }
    }
    #[inline]
    pub fn msgt_deallocate(&self) -> ::core::ffi::c_uint {
        unsafe { ::core::mem::transmute(self._bitfield_1.get(31usize, 1u8) as u32) }
    }
    #[inline]
    pub fn set_msgt_deallocate(&mut self, val: ::core::ffi::c_uint) {
        unsafe {
            let val: u32 = ::core::mem::transmute(val);
            self._bitfield_1.set(31usize, 1u8, val as u64)
        }
    }
    #[inline]
    pub unsafe fn msgt_deallocate_raw(this: *const Self) -> ::core::ffi::c_uint {
        unsafe {
            ::core::mem::transmute(<__BindgenBitfieldUnit<[u8; 4usize]>>::raw_get(
                ::core::ptr::addr_of!((*this)._bitfield_1),
                31usize,
                1u8,
            ) as u32)
        }
    }
    #[inline]
    pub unsafe fn set_msgt_deallocate_raw(this: *mut Self, val: ::core::ffi::c_uint) {
        unsafe {
            let val: u32 = ::core::mem::transmute(val);
            <__BindgenBitfieldUnit<[u8; 4usize]>>::raw_set(
                ::core::ptr::addr_of_mut!((*this)._bitfield_1),
                31usize,
                1u8,
                val as u64,
            )
        }
    }
    #[inline]
    pub fn new_bitfield_1(
        msgt_name: ::core::ffi::c_uint,
        msgt_size: ::core::ffi::c_uint,
        msgt_unused: ::core::ffi::c_uint,
        msgt_inline: ::core::ffi::c_uint,
        msgt_longform: ::core::ffi::c_uint,
        msgt_deallocate: ::core::ffi::c_uint,
    ) -> __BindgenBitfieldUnit<[u8; 4usize]> {
        let mut __bindgen_bitfield_unit: __BindgenBitfieldUnit<[u8; 4usize]> = Default::default();
        __bindgen_bitfield_unit.set(0usize, 8u8, {
            let msgt_name: u32 = unsafe { ::core::mem::transmute(msgt_name) };
            msgt_name as u64
        });
        __bindgen_bitfield_unit.set(8usize, 16u8, {
            let msgt_size: u32 = unsafe { ::core::mem::transmute(msgt_size) };
            msgt_size as u64
        });
        __bindgen_bitfield_unit.set(24usize, 5u8, {
            let msgt_unused: u32 = unsafe { ::core::mem::transmute(msgt_unused) };
            msgt_unused as u64
        });
        __bindgen_bitfield_unit.set(29usize, 1u8, {
            let msgt_inline: u32 = unsafe { ::core::mem::transmute(msgt_inline) };
            msgt_inline as u64
        });
        __bindgen_bitfield_unit.set(30usize, 1u8, {
            let msgt_longform: u32 = unsafe { ::core::mem::transmute(msgt_longform) };
            msgt_longform as u64
        });
        __bindgen_bitfield_unit.set(31usize, 1u8, {
            let msgt_deallocate: u32 = unsafe { ::core::mem::transmute(msgt_deallocate) };
            msgt_deallocate as u64
        });
        __bindgen_bitfield_unit
    }
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct mach_msg_type_long_t {
    pub __bindgen_anon_1: mach_msg_type_long_t__bindgen_ty_1,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub union mach_msg_type_long_t__bindgen_ty_1 {
    pub msgtl_header: mach_msg_type_t,
    pub __bindgen_anon_1: mach_msg_type_long_t__bindgen_ty_1__bindgen_ty_1,
}
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct mach_msg_type_long_t__bindgen_ty_1__bindgen_ty_1 {
    pub _bitfield_align_1: [u16; 0],
    pub _bitfield_1: __BindgenBitfieldUnit<[u8; 4usize]>,
    pub msgtl_number: mach_msg_type_number_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of mach_msg_type_long_t__bindgen_ty_1__bindgen_ty_1"]
        [::core::mem::size_of::<mach_msg_type_long_t__bindgen_ty_1__bindgen_ty_1>() - 8usize];
    ["Alignment of mach_msg_type_long_t__bindgen_ty_1__bindgen_ty_1"]
        [::core::mem::align_of::<mach_msg_type_long_t__bindgen_ty_1__bindgen_ty_1>() - 4usize];
    ["Offset of field: mach_msg_type_long_t__bindgen_ty_1__bindgen_ty_1::msgtl_number"][::core::mem::offset_of!(
        mach_msg_type_long_t__bindgen_ty_1__bindgen_ty_1,
        msgtl_number
    ) - 4usize];
};
impl mach_msg_type_long_t__bindgen_ty_1__bindgen_ty_1 {
    #[inline]
    pub fn msgtl_name(&self) -> ::core::ffi::c_uint {
        unsafe { ::core::mem::transmute(self._bitfield_1.get(0usize, 8u8) as u32) }
    }
    #[inline]
    pub fn set_msgtl_name(&mut self, val: ::core::ffi::c_uint) {
        unsafe {
            let val: u32 = ::core::mem::transmute(val);
            self._bitfield_1.set(0usize, 8u8, val as u64)
        }
    }
    #[inline]
    pub unsafe fn msgtl_name_raw(this: *const Self) -> ::core::ffi::c_uint {
        unsafe {
            ::core::mem::transmute(<__BindgenBitfieldUnit<[u8; 4usize]>>::raw_get(
                ::core::ptr::addr_of!((*this)._bitfield_1),
                0usize,
                8u8,
            ) as u32)
        }
    }
    #[inline]
    pub unsafe fn set_msgtl_name_raw(this: *mut Self, val: ::core::ffi::c_uint) {
        unsafe {
            let val: u32 = ::core::mem::transmute(val);
            <__BindgenBitfieldUnit<[u8; 4usize]>>::raw_set(
                ::core::ptr::addr_of_mut!((*this)._bitfield_1),
                0usize,
                8u8,
                val as u64,
            )
        }
    }
    #[inline]
    pub fn msgtl_size(&self) -> ::core::ffi::c_uint {
        unsafe { ::core::mem::transmute(self._bitfield_1.get(8usize, 16u8) as u32) }
    }
    #[inline]
    pub fn set_msgtl_size(&mut self, val: ::core::ffi::c_uint) {
        unsafe {
            let val: u32 = ::core::mem::transmute(val);
            self._bitfield_1.set(8usize, 16u8, val as u64)
        }
    }
    #[inline]
    pub unsafe fn msgtl_size_raw(this: *const Self) -> ::core::ffi::c_uint {
        unsafe {
            ::core::mem::transmute(<__BindgenBitfieldUnit<[u8; 4usize]>>::raw_get(
                ::core::ptr::addr_of!((*this)._bitfield_1),
                8usize,
                16u8,
            ) as u32)
        }
    }
    #[inline]
    pub unsafe fn set_msgtl_size_raw(this: *mut Self, val: ::core::ffi::c_uint) {
        unsafe {
            let val: u32 = ::core::mem::transmute(val);
            <__BindgenBitfieldUnit<[u8; 4usize]>>::raw_set(
                ::core::ptr::addr_of_mut!((*this)._bitfield_1),
                8usize,
                16u8,
                val as u64,
            )
        }
    }
    #[inline]
    pub fn msgtl_unused(&self) -> ::core::ffi::c_uint {
        unsafe { ::core::mem::transmute(self._bitfield_1.get(24usize, 5u8) as u32) }
    }
    #[inline]
    pub fn set_msgtl_unused(&mut self, val: ::core::ffi::c_uint) {
        unsafe {
            let val: u32 = ::core::mem::transmute(val);
            self._bitfield_1.set(24usize, 5u8, val as u64)
        }
    }
    #[inline]
    pub unsafe fn msgtl_unused_raw(this: *const Self) -> ::core::ffi::c_uint {
        unsafe {
            ::core::mem::transmute(<__BindgenBitfieldUnit<[u8; 4usize]>>::raw_get(
                ::core::ptr::addr_of!((*this)._bitfield_1),
                24usize,
                5u8,
            ) as u32)
        }
    }
    #[inline]
    pub unsafe fn set_msgtl_unused_raw(this: *mut Self, val: ::core::ffi::c_uint) {
        unsafe {
            let val: u32 = ::core::mem::transmute(val);
            <__BindgenBitfieldUnit<[u8; 4usize]>>::raw_set(
                ::core::ptr::addr_of_mut!((*this)._bitfield_1),
                24usize,
                5u8,
                val as u64,
            )
        }
    }
    #[inline]
    pub fn msgtl_inline(&self) -> ::core::ffi::c_uint {
        unsafe { ::core::mem::transmute(self._bitfield_1.get(29usize, 1u8) as u32) }
    }
    #[inline]
    pub fn set_msgtl_inline(&mut self, val: ::core::ffi::c_uint) {
        unsafe {
            let val: u32 = ::core::mem::transmute(val);
            self._bitfield_1.set(29usize, 1u8, val as u64)
        }
    }
    #[inline]
    pub unsafe fn msgtl_inline_raw(this: *const Self) -> ::core::ffi::c_uint {
        unsafe {
            ::core::mem::transmute(<__BindgenBitfieldUnit<[u8; 4usize]>>::raw_get(
                ::core::ptr::addr_of!((*this)._bitfield_1),
                29usize,
                1u8,
            ) as u32)
        }
    }
    #[inline]
    pub unsafe fn set_msgtl_inline_raw(this: *mut Self, val: ::core::ffi::c_uint) {
        unsafe {
            let val: u32 = ::core::mem::transmute(val);
            <__BindgenBitfieldUnit<[u8; 4usize]>>::raw_set(
                ::core::ptr::addr_of_mut!((*this)._bitfield_1),
                29usize,
                1u8,
                val as u64,
            )
        }
    }
    #[inline]
    pub fn msgtl_longform(&self) -> ::core::ffi::c_uint {
        unsafe { ::core::mem::transmute(self._bitfield_1.get(30usize, 1u8) as u32) }
    }
    #[inline]
    pub fn set_msgtl_longform(&mut self, val: ::core::ffi::c_uint) {
        unsafe {
            let val: u32 = ::core::mem::transmute(val);
            self._bitfield_1.set(30usize, 1u8, val as u64)
        }
    }
    #[inline]
    pub unsafe fn msgtl_longform_raw(this: *const Self) -> ::core::ffi::c_uint {
        unsafe {
            ::core::mem::transmute(<__BindgenBitfieldUnit<[u8; 4usize]>>::raw_get(
                ::core::ptr::addr_of!((*this)._bitfield_1),
                30usize,
                1u8,
            ) as u32)
        }
    }
    #[inline]
    pub unsafe fn set_msgtl_longform_raw(this: *mut Self, val: ::core::ffi::c_uint) {
        unsafe {
            let val: u32 = ::core::mem::transmute(val);
            <__BindgenBitfieldUnit<[u8; 4usize]>>::raw_set(
                ::core::ptr::addr_of_mut!((*this)._bitfield_1),
                30usize,
                1u8,
                val as u64,
            )
        }
    }
    #[inline]
    pub fn msgtl_deallocate(&self) -> ::core::ffi::c_uint {
        unsafe { ::core::mem::transmute(self._bitfield_1.get(31usize, 1u8) as u32) }
    }
    #[inline]
    pub fn set_msgtl_deallocate(&mut self, val: ::core::ffi::c_uint) {
        unsafe {
            let val: u32 = ::core::mem::transmute(val);
            self._bitfield_1.set(31usize, 1u8, val as u64)
        }
    }
    #[inline]
    pub unsafe fn msgtl_deallocate_raw(this: *const Self) -> ::core::ffi::c_uint {
        unsafe {
            ::core::mem::transmute(<__BindgenBitfieldUnit<[u8; 4usize]>>::raw_get(
                ::core::ptr::addr_of!((*this)._bitfield_1),
                31usize,
                1u8,
            ) as u32)
        }
    }
    #[inline]
    pub unsafe fn set_msgtl_deallocate_raw(this: *mut Self, val: ::core::ffi::c_uint) {
        unsafe {
            let val: u32 = ::core::mem::transmute(val);
            <__BindgenBitfieldUnit<[u8; 4usize]>>::raw_set(
                ::core::ptr::addr_of_mut!((*this)._bitfield_1),
                31usize,
                1u8,
                val as u64,
            )
        }
    }
    #[inline]
    pub fn new_bitfield_1(
        msgtl_name: ::core::ffi::c_uint,
        msgtl_size: ::core::ffi::c_uint,
        msgtl_unused: ::core::ffi::c_uint,
        msgtl_inline: ::core::ffi::c_uint,
        msgtl_longform: ::core::ffi::c_uint,
        msgtl_deallocate: ::core::ffi::c_uint,
    ) -> __BindgenBitfieldUnit<[u8; 4usize]> {
        let mut __bindgen_bitfield_unit: __BindgenBitfieldUnit<[u8; 4usize]> = Default::default();
        __bindgen_bitfield_unit.set(0usize, 8u8, {
            let msgtl_name: u32 = unsafe { ::core::mem::transmute(msgtl_name) };
            msgtl_name as u64
        });
        __bindgen_bitfield_unit.set(8usize, 16u8, {
            let msgtl_size: u32 = unsafe { ::core::mem::transmute(msgtl_size) };
            msgtl_size as u64
        });
        __bindgen_bitfield_unit.set(24usize, 5u8, {
            let msgtl_unused: u32 = unsafe { ::core::mem::transmute(msgtl_unused) };
            msgtl_unused as u64
        });
        __bindgen_bitfield_unit.set(29usize, 1u8, {
            let msgtl_inline: u32 = unsafe { ::core::mem::transmute(msgtl_inline) };
            msgtl_inline as u64
        });
        __bindgen_bitfield_unit.set(30usize, 1u8, {
            let msgtl_longform: u32 = unsafe { ::core::mem::transmute(msgtl_longform) };
            msgtl_longform as u64
        });
        __bindgen_bitfield_unit.set(31usize, 1u8, {
            let msgtl_deallocate: u32 = unsafe { ::core::mem::transmute(msgtl_deallocate) };
            msgtl_deallocate as u64
        });
        __bindgen_bitfield_unit
    }
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of mach_msg_type_long_t__bindgen_ty_1"]
        [::core::mem::size_of::<mach_msg_type_long_t__bindgen_ty_1>() - 8usize];
    ["Alignment of mach_msg_type_long_t__bindgen_ty_1"]
        [::core::mem::align_of::<mach_msg_type_long_t__bindgen_ty_1>() - 8usize];
    ["Offset of field: mach_msg_type_long_t__bindgen_ty_1::msgtl_header"]
        [::core::mem::offset_of!(mach_msg_type_long_t__bindgen_ty_1, msgtl_header) - 0usize];
};
impl Default for mach_msg_type_long_t__bindgen_ty_1 {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of mach_msg_type_long_t"][::core::mem::size_of::<mach_msg_type_long_t>() - 8usize];
    ["Alignment of mach_msg_type_long_t"][::core::mem::align_of::<mach_msg_type_long_t>() - 8usize];
};
impl Default for mach_msg_type_long_t {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
pub type mach_msg_option_t = integer_t;
pub type mach_msg_return_t = kern_return_t;
unsafe extern "C" {
    pub fn mach_msg_trap(
        msg: *mut mach_msg_user_header_t,
        option: mach_msg_option_t,
        send_size: mach_msg_size_t,
        rcv_size: mach_msg_size_t,
        rcv_name: mach_port_name_t,
        timeout: mach_msg_timeout_t,
        notify: mach_port_name_t,
    ) -> mach_msg_return_t;
}
unsafe extern "C" {
    pub fn mach_msg(
        msg: *mut mach_msg_header_t,
        option: mach_msg_option_t,
        send_size: mach_msg_size_t,
        rcv_size: mach_msg_size_t,
        rcv_name: mach_port_name_t,
        timeout: mach_msg_timeout_t,
        notify: mach_port_name_t,
    ) -> mach_msg_return_t;
}
unsafe extern "C" {
    pub fn mach_reply_port() -> mach_port_t;
}
unsafe extern "C" {
    pub fn mach_thread_self() -> mach_port_t;
}
unsafe extern "C" {
    pub fn mach_task_self() -> mach_port_t;
}
unsafe extern "C" {
    pub fn mach_host_self() -> mach_port_t;
}
unsafe extern "C" {
    pub fn swtch() -> boolean_t;
}
unsafe extern "C" {
    pub fn swtch_pri(priority: ::core::ffi::c_int) -> boolean_t;
}
unsafe extern "C" {
    pub fn thread_switch(
        new_thread: mach_port_t,
        option: ::core::ffi::c_int,
        option_time: mach_msg_timeout_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn evc_wait(event: ::core::ffi::c_uint) -> kern_return_t;
}
unsafe extern "C" {
    pub fn mach_print(s: *const ::core::ffi::c_char);
}
unsafe extern "C" {
    pub fn task_create_rpc(
        target_task: mach_port_t,
        inherit_memory: boolean_t,
        child_task: *mut mach_port_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn task_terminate_rpc(target_task: mach_port_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn task_get_emulation_vector(
        task: mach_port_t,
        vector_start: *mut ::core::ffi::c_int,
        emulation_vector: *mut emulation_vector_t,
        emulation_vectorCnt: *mut mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn task_set_emulation_vector(
        task: mach_port_t,
        vector_start: ::core::ffi::c_int,
        emulation_vector: emulation_vector_t,
        emulation_vectorCnt: mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn task_threads(
        target_task: mach_port_t,
        thread_list: *mut thread_array_t,
        thread_listCnt: *mut mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn task_info(
        target_task: mach_port_t,
        flavor: ::core::ffi::c_int,
        task_info_out: task_info_t,
        task_info_outCnt: *mut mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn thread_terminate(target_thread: mach_port_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn thread_get_state(
        target_thread: mach_port_t,
        flavor: ::core::ffi::c_int,
        old_state: thread_state_t,
        old_stateCnt: *mut mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn thread_set_state(
        target_thread: mach_port_t,
        flavor: ::core::ffi::c_int,
        new_state: thread_state_t,
        new_stateCnt: mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn thread_info(
        target_thread: mach_port_t,
        flavor: ::core::ffi::c_int,
        thread_info_out: thread_info_t,
        thread_info_outCnt: *mut mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn vm_allocate_rpc(
        target_task: mach_port_t,
        address: *mut vm_address_t,
        size: vm_size_t,
        anywhere: boolean_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn vm_deallocate_rpc(
        target_task: mach_port_t,
        address: vm_address_t,
        size: vm_size_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn vm_protect(
        target_task: mach_port_t,
        address: vm_address_t,
        size: vm_size_t,
        set_maximum: boolean_t,
        new_protection: vm_prot_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn vm_inherit(
        target_task: mach_port_t,
        address: vm_address_t,
        size: vm_size_t,
        new_inheritance: vm_inherit_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn vm_read(
        target_task: mach_port_t,
        address: vm_address_t,
        size: vm_size_t,
        data: *mut vm_offset_t,
        dataCnt: *mut mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn vm_write(
        target_task: mach_port_t,
        address: vm_address_t,
        data: vm_offset_t,
        dataCnt: mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn vm_copy(
        target_task: mach_port_t,
        source_address: vm_address_t,
        size: vm_size_t,
        dest_address: vm_address_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn vm_region(
        target_task: mach_port_t,
        address: *mut vm_address_t,
        size: *mut vm_size_t,
        protection: *mut vm_prot_t,
        max_protection: *mut vm_prot_t,
        inheritance: *mut vm_inherit_t,
        is_shared: *mut boolean_t,
        object_name: *mut mach_port_t,
        offset: *mut vm_offset_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn vm_statistics(
        target_task: mach_port_t,
        vm_stats: *mut vm_statistics_data_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn mach_ports_register(
        target_task: mach_port_t,
        init_port_set: mach_port_array_t,
        init_port_setCnt: mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn mach_ports_lookup(
        target_task: mach_port_t,
        init_port_set: *mut mach_port_array_t,
        init_port_setCnt: *mut mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn memory_object_data_unavailable(
        memory_control: mach_port_t,
        offset: vm_offset_t,
        size: vm_size_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn memory_object_get_attributes(
        memory_control: mach_port_t,
        object_ready: *mut boolean_t,
        may_cache: *mut boolean_t,
        copy_strategy: *mut memory_object_copy_strategy_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn vm_set_default_memory_manager(
        host_priv: mach_port_t,
        default_manager: *mut mach_port_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn memory_object_lock_request(
        memory_control: mach_port_t,
        offset: vm_offset_t,
        size: vm_size_t,
        should_return: memory_object_return_t,
        should_flush: boolean_t,
        lock_value: vm_prot_t,
        reply_to: mach_port_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn task_suspend_rpc(target_task: mach_port_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn task_resume(target_task: mach_port_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn task_get_special_port(
        task: mach_port_t,
        which_port: ::core::ffi::c_int,
        special_port: *mut mach_port_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn task_set_special_port_rpc(
        task: mach_port_t,
        which_port: ::core::ffi::c_int,
        special_port: mach_port_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn thread_create(parent_task: mach_port_t, child_thread: *mut mach_port_t)
    -> kern_return_t;
}
unsafe extern "C" {
    pub fn thread_suspend(target_thread: mach_port_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn thread_resume(target_thread: mach_port_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn thread_abort(target_thread: mach_port_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn thread_get_special_port(
        thread: mach_port_t,
        which_port: ::core::ffi::c_int,
        special_port: *mut mach_port_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn thread_set_special_port(
        thread: mach_port_t,
        which_port: ::core::ffi::c_int,
        special_port: mach_port_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn task_set_emulation(
        target_port: mach_port_t,
        routine_entry_pt: vm_address_t,
        routine_number: ::core::ffi::c_int,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn task_ras_control(
        target_task: mach_port_t,
        basepc: vm_address_t,
        boundspc: vm_address_t,
        flavor: ::core::ffi::c_int,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn vm_map_rpc(
        target_task: mach_port_t,
        address: *mut vm_address_t,
        size: vm_size_t,
        mask: vm_address_t,
        anywhere: boolean_t,
        memory_object: mach_port_t,
        offset: vm_offset_t,
        copy: boolean_t,
        cur_protection: vm_prot_t,
        max_protection: vm_prot_t,
        inheritance: vm_inherit_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn memory_object_data_error(
        memory_control: mach_port_t,
        offset: vm_offset_t,
        size: vm_size_t,
        error_value: kern_return_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn memory_object_destroy(
        memory_control: mach_port_t,
        reason: kern_return_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn memory_object_data_supply(
        memory_control: mach_port_t,
        offset: vm_offset_t,
        data: vm_offset_t,
        dataCnt: mach_msg_type_number_t,
        dataDealloc: boolean_t,
        lock_value: vm_prot_t,
        precious: boolean_t,
        reply_to: mach_port_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn memory_object_ready(
        memory_control: mach_port_t,
        may_cache: boolean_t,
        copy_strategy: memory_object_copy_strategy_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn memory_object_change_attributes(
        memory_control: mach_port_t,
        may_cache: boolean_t,
        copy_strategy: memory_object_copy_strategy_t,
        reply_to: mach_port_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn vm_machine_attribute(
        target_task: mach_port_t,
        address: vm_address_t,
        size: vm_size_t,
        attribute: vm_machine_attribute_t,
        value: *mut vm_machine_attribute_val_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn mach_port_names(
        task: mach_port_t,
        names: *mut mach_port_name_array_t,
        namesCnt: *mut mach_msg_type_number_t,
        types: *mut mach_port_type_array_t,
        typesCnt: *mut mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn mach_port_type(
        task: mach_port_t,
        name: mach_port_name_t,
        ptype: *mut mach_port_type_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn mach_port_rename(
        task: mach_port_t,
        old_name: mach_port_name_t,
        new_name: mach_port_name_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn mach_port_allocate_name_rpc(
        task: mach_port_t,
        right: mach_port_right_t,
        name: mach_port_name_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn mach_port_allocate_rpc(
        task: mach_port_t,
        right: mach_port_right_t,
        name: *mut mach_port_name_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn mach_port_destroy(task: mach_port_t, name: mach_port_name_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn mach_port_deallocate_rpc(task: mach_port_t, name: mach_port_name_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn mach_port_get_refs(
        task: mach_port_t,
        name: mach_port_name_t,
        right: mach_port_right_t,
        refs: *mut mach_port_urefs_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn mach_port_mod_refs(
        task: mach_port_t,
        name: mach_port_name_t,
        right: mach_port_right_t,
        delta: mach_port_delta_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn mach_port_set_qlimit(
        task: mach_port_t,
        name: mach_port_name_t,
        qlimit: mach_port_msgcount_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn mach_port_set_mscount(
        task: mach_port_t,
        name: mach_port_name_t,
        mscount: mach_port_mscount_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn mach_port_get_set_status(
        task: mach_port_t,
        name: mach_port_name_t,
        members: *mut mach_port_name_array_t,
        membersCnt: *mut mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn mach_port_move_member(
        task: mach_port_t,
        member: mach_port_name_t,
        after: mach_port_name_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn mach_port_request_notification(
        task: mach_port_t,
        name: mach_port_name_t,
        id: mach_msg_id_t,
        sync: mach_port_mscount_t,
        notify: mach_port_t,
        notifyPoly: mach_msg_type_name_t,
        previous: *mut mach_port_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn mach_port_insert_right_rpc(
        task: mach_port_t,
        name: mach_port_name_t,
        poly: mach_port_t,
        polyPoly: mach_msg_type_name_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn mach_port_extract_right(
        task: mach_port_t,
        name: mach_port_name_t,
        msgt_name: mach_msg_type_name_t,
        poly: *mut mach_port_t,
        polyPoly: *mut mach_msg_type_name_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn mach_port_get_receive_status(
        task: mach_port_t,
        name: mach_port_name_t,
        status: *mut mach_port_status_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn mach_port_set_seqno(
        task: mach_port_t,
        name: mach_port_name_t,
        seqno: mach_port_seqno_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn mach_port_set_protected_payload(
        task: mach_port_t,
        name: mach_port_name_t,
        payload: rpc_uintptr_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn mach_port_clear_protected_payload(
        task: mach_port_t,
        name: mach_port_name_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn host_processors(
        host_priv: mach_port_t,
        processor_list: *mut processor_array_t,
        processor_listCnt: *mut mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn processor_start(processor: mach_port_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn processor_exit(processor: mach_port_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn processor_set_default(host: mach_port_t, default_set: *mut mach_port_t)
    -> kern_return_t;
}
unsafe extern "C" {
    pub fn processor_set_create(
        host: mach_port_t,
        new_set: *mut mach_port_t,
        new_name: *mut mach_port_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn processor_set_destroy(set: mach_port_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn processor_assign(
        processor: mach_port_t,
        new_set: mach_port_t,
        wait: boolean_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn processor_get_assignment(
        processor: mach_port_t,
        assigned_set: *mut mach_port_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn thread_assign(thread: mach_port_t, new_set: mach_port_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn thread_assign_default(thread: mach_port_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn thread_get_assignment(
        thread: mach_port_t,
        assigned_set: *mut mach_port_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn task_assign(
        task: mach_port_t,
        new_set: mach_port_t,
        assign_threads: boolean_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn task_assign_default(task: mach_port_t, assign_threads: boolean_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn task_get_assignment(task: mach_port_t, assigned_set: *mut mach_port_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn thread_priority(
        thread: mach_port_t,
        priority: ::core::ffi::c_int,
        set_max: boolean_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn thread_max_priority(
        thread: mach_port_t,
        processor_set: mach_port_t,
        max_priority: ::core::ffi::c_int,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn task_priority(
        task: mach_port_t,
        priority: ::core::ffi::c_int,
        change_threads: boolean_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn processor_set_max_priority(
        processor_set: mach_port_t,
        max_priority: ::core::ffi::c_int,
        change_threads: boolean_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn thread_policy(
        thread: mach_port_t,
        policy: ::core::ffi::c_int,
        data: ::core::ffi::c_int,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn processor_set_policy_enable(
        processor_set: mach_port_t,
        policy: ::core::ffi::c_int,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn processor_set_policy_disable(
        processor_set: mach_port_t,
        policy: ::core::ffi::c_int,
        change_threads: boolean_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn processor_set_tasks(
        processor_set: mach_port_t,
        task_list: *mut task_array_t,
        task_listCnt: *mut mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn processor_set_threads(
        processor_set: mach_port_t,
        thread_list: *mut thread_array_t,
        thread_listCnt: *mut mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn host_processor_sets(
        host: mach_port_t,
        processor_sets: *mut processor_set_name_array_t,
        processor_setsCnt: *mut mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn host_processor_set_priv(
        host_priv: mach_port_t,
        set_name: mach_port_t,
        set: *mut mach_port_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn thread_depress_abort_rpc(thread: mach_port_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn host_set_time(host_priv: mach_port_t, new_time: time_value_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn host_adjust_time(
        host_priv: mach_port_t,
        new_adjustment: time_value_t,
        old_adjustment: *mut time_value_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn host_get_time(host: mach_port_t, current_time: *mut time_value_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn host_reboot(host_priv: mach_port_t, options: ::core::ffi::c_int) -> kern_return_t;
}
unsafe extern "C" {
    pub fn vm_wire(
        host: mach_port_t,
        task: mach_port_t,
        address: vm_address_t,
        size: vm_size_t,
        access: vm_prot_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn thread_wire(
        host_priv: mach_port_t,
        thread: mach_port_t,
        wired: boolean_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn host_info(
        host: mach_port_t,
        flavor: ::core::ffi::c_int,
        host_info_out: host_info_t,
        host_info_outCnt: *mut mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn processor_info(
        processor: mach_port_t,
        flavor: ::core::ffi::c_int,
        host: *mut mach_port_t,
        processor_info_out: processor_info_t,
        processor_info_outCnt: *mut mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn processor_set_info(
        set_name: mach_port_t,
        flavor: ::core::ffi::c_int,
        host: *mut mach_port_t,
        info_out: processor_set_info_t,
        info_outCnt: *mut mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn processor_control(
        processor: mach_port_t,
        processor_cmd: processor_info_t,
        processor_cmdCnt: mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn host_get_time64(host: mach_port_t, current_time: *mut time_value64_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn host_set_time64(host: mach_port_t, new_time: time_value64_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn host_adjust_time64(
        host_priv: mach_port_t,
        new_adjustment: time_value64_t,
        old_adjustment: *mut time_value64_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn host_get_kernel_version(
        host: mach_port_t,
        kernel_version: *mut ::core::ffi::c_char,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn host_get_uptime64(host: mach_port_t, uptime: *mut time_value64_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn mach_msg_server(
        __demux: ::core::option::Option<
            unsafe extern "C" fn(
                __request: *mut mach_msg_header_t,
                __reply: *mut mach_msg_header_t,
            ) -> boolean_t,
        >,
        __max_size: mach_msg_size_t,
        __rcv_name: mach_port_t,
    ) -> mach_msg_return_t;
}
unsafe extern "C" {
    pub fn mach_msg_server_timeout(
        __demux: ::core::option::Option<
            unsafe extern "C" fn(
                __request: *mut mach_msg_header_t,
                __reply: *mut mach_msg_header_t,
            ) -> boolean_t,
        >,
        __max_size: mach_msg_size_t,
        __rcv_name: mach_port_t,
        __option: mach_msg_option_t,
        __timeout: mach_msg_timeout_t,
    ) -> mach_msg_return_t;
}
unsafe extern "C" {
    pub fn mach_msg_destroy(msg: *mut mach_msg_header_t);
}
pub type FILE = _IO_FILE;
unsafe extern "C" {
    pub fn mach_open_devstream(
        device_port: mach_port_t,
        mode: *const ::core::ffi::c_char,
    ) -> *mut FILE;
}
unsafe extern "C" {
    pub fn mach_setup_thread(
        task: task_t,
        thread: thread_t,
        pc: *mut ::core::ffi::c_void,
        stack_base: *mut vm_address_t,
        stack_size: *mut vm_size_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn mach_setup_tls(thread: thread_t) -> kern_return_t;
}
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct default_pager_info {
    pub dpi_total_space: vm_size_t,
    pub dpi_free_space: vm_size_t,
    pub dpi_page_size: vm_size_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of default_pager_info"][::core::mem::size_of::<default_pager_info>() - 24usize];
    ["Alignment of default_pager_info"][::core::mem::align_of::<default_pager_info>() - 8usize];
    ["Offset of field: default_pager_info::dpi_total_space"]
        [::core::mem::offset_of!(default_pager_info, dpi_total_space) - 0usize];
    ["Offset of field: default_pager_info::dpi_free_space"]
        [::core::mem::offset_of!(default_pager_info, dpi_free_space) - 8usize];
    ["Offset of field: default_pager_info::dpi_page_size"]
        [::core::mem::offset_of!(default_pager_info, dpi_page_size) - 16usize];
};
pub type default_pager_info_t = default_pager_info;
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct default_pager_object {
    pub dpo_object: vm_offset_t,
    pub dpo_size: vm_size_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of default_pager_object"][::core::mem::size_of::<default_pager_object>() - 16usize];
    ["Alignment of default_pager_object"][::core::mem::align_of::<default_pager_object>() - 8usize];
    ["Offset of field: default_pager_object::dpo_object"]
        [::core::mem::offset_of!(default_pager_object, dpo_object) - 0usize];
    ["Offset of field: default_pager_object::dpo_size"]
        [::core::mem::offset_of!(default_pager_object, dpo_size) - 8usize];
};
pub type default_pager_object_t = default_pager_object;
pub type default_pager_object_array_t = *mut default_pager_object_t;
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct default_pager_page {
    pub dpp_offset: vm_offset_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of default_pager_page"][::core::mem::size_of::<default_pager_page>() - 8usize];
    ["Alignment of default_pager_page"][::core::mem::align_of::<default_pager_page>() - 8usize];
    ["Offset of field: default_pager_page::dpp_offset"]
        [::core::mem::offset_of!(default_pager_page, dpp_offset) - 0usize];
};
pub type default_pager_page_t = default_pager_page;
pub type default_pager_page_array_t = *mut default_pager_page_t;
pub type default_pager_filename_t = [::core::ffi::c_char; 256usize];
pub type const_default_pager_filename_t = *const ::core::ffi::c_char;
unsafe extern "C" {
    pub fn default_pager_object_create(
        default_pager: mach_port_t,
        memory_object: *mut memory_object_t,
        object_size: vm_size_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn default_pager_info(
        default_pager: mach_port_t,
        info: *mut default_pager_info_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn default_pager_objects(
        default_pager: mach_port_t,
        objects: *mut default_pager_object_array_t,
        objectsCnt: *mut mach_msg_type_number_t,
        ports: *mut mach_port_array_t,
        portsCnt: *mut mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn default_pager_object_pages(
        default_pager: mach_port_t,
        memory_object: mach_port_t,
        pages: *mut default_pager_page_array_t,
        pagesCnt: *mut mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn default_pager_paging_file(
        default_pager: mach_port_t,
        master_device_port: mach_port_t,
        filename: const_default_pager_filename_t,
        add: boolean_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn default_pager_register_fileserver(
        default_pager: mach_port_t,
        fileserver_port: mach_port_t,
    ) -> kern_return_t;
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct mach_port_deleted_notification_t {
    pub not_header: mach_msg_header_t,
    pub not_type: mach_msg_type_t,
    pub not_port: mach_port_name_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of mach_port_deleted_notification_t"]
        [::core::mem::size_of::<mach_port_deleted_notification_t>() - 48usize];
    ["Alignment of mach_port_deleted_notification_t"]
        [::core::mem::align_of::<mach_port_deleted_notification_t>() - 8usize];
    ["Offset of field: mach_port_deleted_notification_t::not_header"]
        [::core::mem::offset_of!(mach_port_deleted_notification_t, not_header) - 0usize];
    ["Offset of field: mach_port_deleted_notification_t::not_type"]
        [::core::mem::offset_of!(mach_port_deleted_notification_t, not_type) - 32usize];
    ["Offset of field: mach_port_deleted_notification_t::not_port"]
        [::core::mem::offset_of!(mach_port_deleted_notification_t, not_port) - 40usize];
};
impl Default for mach_port_deleted_notification_t {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct mach_msg_accepted_notification_t {
    pub not_header: mach_msg_header_t,
    pub not_type: mach_msg_type_t,
    pub not_port: mach_port_name_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of mach_msg_accepted_notification_t"]
        [::core::mem::size_of::<mach_msg_accepted_notification_t>() - 48usize];
    ["Alignment of mach_msg_accepted_notification_t"]
        [::core::mem::align_of::<mach_msg_accepted_notification_t>() - 8usize];
    ["Offset of field: mach_msg_accepted_notification_t::not_header"]
        [::core::mem::offset_of!(mach_msg_accepted_notification_t, not_header) - 0usize];
    ["Offset of field: mach_msg_accepted_notification_t::not_type"]
        [::core::mem::offset_of!(mach_msg_accepted_notification_t, not_type) - 32usize];
    ["Offset of field: mach_msg_accepted_notification_t::not_port"]
        [::core::mem::offset_of!(mach_msg_accepted_notification_t, not_port) - 40usize];
};
impl Default for mach_msg_accepted_notification_t {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct mach_port_destroyed_notification_t {
    pub not_header: mach_msg_header_t,
    pub not_type: mach_msg_type_t,
    pub not_port: mach_port_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of mach_port_destroyed_notification_t"]
        [::core::mem::size_of::<mach_port_destroyed_notification_t>() - 48usize];
    ["Alignment of mach_port_destroyed_notification_t"]
        [::core::mem::align_of::<mach_port_destroyed_notification_t>() - 8usize];
    ["Offset of field: mach_port_destroyed_notification_t::not_header"]
        [::core::mem::offset_of!(mach_port_destroyed_notification_t, not_header) - 0usize];
    ["Offset of field: mach_port_destroyed_notification_t::not_type"]
        [::core::mem::offset_of!(mach_port_destroyed_notification_t, not_type) - 32usize];
    ["Offset of field: mach_port_destroyed_notification_t::not_port"]
        [::core::mem::offset_of!(mach_port_destroyed_notification_t, not_port) - 40usize];
};
impl Default for mach_port_destroyed_notification_t {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct mach_no_senders_notification_t {
    pub not_header: mach_msg_header_t,
    pub not_type: mach_msg_type_t,
    pub not_count: ::core::ffi::c_uint,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of mach_no_senders_notification_t"]
        [::core::mem::size_of::<mach_no_senders_notification_t>() - 48usize];
    ["Alignment of mach_no_senders_notification_t"]
        [::core::mem::align_of::<mach_no_senders_notification_t>() - 8usize];
    ["Offset of field: mach_no_senders_notification_t::not_header"]
        [::core::mem::offset_of!(mach_no_senders_notification_t, not_header) - 0usize];
    ["Offset of field: mach_no_senders_notification_t::not_type"]
        [::core::mem::offset_of!(mach_no_senders_notification_t, not_type) - 32usize];
    ["Offset of field: mach_no_senders_notification_t::not_count"]
        [::core::mem::offset_of!(mach_no_senders_notification_t, not_count) - 40usize];
};
impl Default for mach_no_senders_notification_t {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct mach_send_once_notification_t {
    pub not_header: mach_msg_header_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of mach_send_once_notification_t"]
        [::core::mem::size_of::<mach_send_once_notification_t>() - 32usize];
    ["Alignment of mach_send_once_notification_t"]
        [::core::mem::align_of::<mach_send_once_notification_t>() - 8usize];
    ["Offset of field: mach_send_once_notification_t::not_header"]
        [::core::mem::offset_of!(mach_send_once_notification_t, not_header) - 0usize];
};
impl Default for mach_send_once_notification_t {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct mach_dead_name_notification_t {
    pub not_header: mach_msg_header_t,
    pub not_type: mach_msg_type_t,
    pub not_port: mach_port_name_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of mach_dead_name_notification_t"]
        [::core::mem::size_of::<mach_dead_name_notification_t>() - 48usize];
    ["Alignment of mach_dead_name_notification_t"]
        [::core::mem::align_of::<mach_dead_name_notification_t>() - 8usize];
    ["Offset of field: mach_dead_name_notification_t::not_header"]
        [::core::mem::offset_of!(mach_dead_name_notification_t, not_header) - 0usize];
    ["Offset of field: mach_dead_name_notification_t::not_type"]
        [::core::mem::offset_of!(mach_dead_name_notification_t, not_type) - 32usize];
    ["Offset of field: mach_dead_name_notification_t::not_port"]
        [::core::mem::offset_of!(mach_dead_name_notification_t, not_port) - 40usize];
};
impl Default for mach_dead_name_notification_t {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct mig_reply_header_t {
    pub Head: mach_msg_header_t,
    pub RetCodeType: mach_msg_type_t,
    pub RetCode: kern_return_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of mig_reply_header_t"][::core::mem::size_of::<mig_reply_header_t>() - 48usize];
    ["Alignment of mig_reply_header_t"][::core::mem::align_of::<mig_reply_header_t>() - 8usize];
    ["Offset of field: mig_reply_header_t::Head"]
        [::core::mem::offset_of!(mig_reply_header_t, Head) - 0usize];
    ["Offset of field: mig_reply_header_t::RetCodeType"]
        [::core::mem::offset_of!(mig_reply_header_t, RetCodeType) - 32usize];
    ["Offset of field: mig_reply_header_t::RetCode"]
        [::core::mem::offset_of!(mig_reply_header_t, RetCode) - 40usize];
};
impl Default for mig_reply_header_t {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct mig_symtab {
    pub ms_routine_name: *mut ::core::ffi::c_char,
    pub ms_routine_number: ::core::ffi::c_int,
    pub ms_routine: ::core::option::Option<unsafe extern "C" fn()>,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of mig_symtab"][::core::mem::size_of::<mig_symtab>() - 24usize];
    ["Alignment of mig_symtab"][::core::mem::align_of::<mig_symtab>() - 8usize];
    ["Offset of field: mig_symtab::ms_routine_name"]
        [::core::mem::offset_of!(mig_symtab, ms_routine_name) - 0usize];
    ["Offset of field: mig_symtab::ms_routine_number"]
        [::core::mem::offset_of!(mig_symtab, ms_routine_number) - 8usize];
    ["Offset of field: mig_symtab::ms_routine"]
        [::core::mem::offset_of!(mig_symtab, ms_routine) - 16usize];
};
impl Default for mig_symtab {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
pub type mig_symtab_t = mig_symtab;
pub type mig_routine_t = ::core::option::Option<
    unsafe extern "C" fn(arg1: *mut mach_msg_header_t, arg2: *mut mach_msg_header_t),
>;
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct timespec {
    pub tv_sec: __time_t,
    pub tv_nsec: __syscall_slong_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of timespec"][::core::mem::size_of::<timespec>() - 16usize];
    ["Alignment of timespec"][::core::mem::align_of::<timespec>() - 8usize];
    ["Offset of field: timespec::tv_sec"][::core::mem::offset_of!(timespec, tv_sec) - 0usize];
    ["Offset of field: timespec::tv_nsec"][::core::mem::offset_of!(timespec, tv_nsec) - 8usize];
};
pub type pid_t = __pid_t;
pub type loff_t = __loff_t;
pub type ino64_t = __ino64_t;
pub type dev_t = __dev_t;
pub type gid_t = __gid_t;
pub type mode_t = __mode_t;
pub type uid_t = __uid_t;
pub type __sigset_t = ::core::ffi::c_ulong;
pub type sigset_t = __sigset_t;
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct timeval {
    pub tv_sec: __time_t,
    pub tv_usec: __suseconds_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of timeval"][::core::mem::size_of::<timeval>() - 16usize];
    ["Alignment of timeval"][::core::mem::align_of::<timeval>() - 8usize];
    ["Offset of field: timeval::tv_sec"][::core::mem::offset_of!(timeval, tv_sec) - 0usize];
    ["Offset of field: timeval::tv_usec"][::core::mem::offset_of!(timeval, tv_usec) - 8usize];
};
pub type blksize_t = __blksize_t;
pub type __pthread_spinlock_t = ::core::ffi::c_int;
pub const __PTHREAD_PROCESS_PRIVATE: __pthread_process_shared = 0;
pub const __PTHREAD_PROCESS_SHARED: __pthread_process_shared = 1;
pub type __pthread_process_shared = ::core::ffi::c_uint;
#[repr(C)]
#[derive(Copy, Clone)]
pub struct __pthread_mutex {
    pub __lock: ::core::ffi::c_uint,
    pub __owner_id: ::core::ffi::c_uint,
    pub __cnt: ::core::ffi::c_uint,
    pub __shpid: ::core::ffi::c_int,
    pub __type: ::core::ffi::c_int,
    pub __flags: ::core::ffi::c_int,
    pub __bindgen_anon_1: __pthread_mutex__bindgen_ty_1,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub union __pthread_mutex__bindgen_ty_1 {
    pub __reserved: [::core::ffi::c_uint; 2usize],
    pub __pointer_aligned: *mut ::core::ffi::c_void,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of __pthread_mutex__bindgen_ty_1"]
        [::core::mem::size_of::<__pthread_mutex__bindgen_ty_1>() - 8usize];
    ["Alignment of __pthread_mutex__bindgen_ty_1"]
        [::core::mem::align_of::<__pthread_mutex__bindgen_ty_1>() - 8usize];
    ["Offset of field: __pthread_mutex__bindgen_ty_1::__reserved"]
        [::core::mem::offset_of!(__pthread_mutex__bindgen_ty_1, __reserved) - 0usize];
    ["Offset of field: __pthread_mutex__bindgen_ty_1::__pointer_aligned"]
        [::core::mem::offset_of!(__pthread_mutex__bindgen_ty_1, __pointer_aligned) - 0usize];
};
impl Default for __pthread_mutex__bindgen_ty_1 {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of __pthread_mutex"][::core::mem::size_of::<__pthread_mutex>() - 32usize];
    ["Alignment of __pthread_mutex"][::core::mem::align_of::<__pthread_mutex>() - 8usize];
    ["Offset of field: __pthread_mutex::__lock"]
        [::core::mem::offset_of!(__pthread_mutex, __lock) - 0usize];
    ["Offset of field: __pthread_mutex::__owner_id"]
        [::core::mem::offset_of!(__pthread_mutex, __owner_id) - 4usize];
    ["Offset of field: __pthread_mutex::__cnt"]
        [::core::mem::offset_of!(__pthread_mutex, __cnt) - 8usize];
    ["Offset of field: __pthread_mutex::__shpid"]
        [::core::mem::offset_of!(__pthread_mutex, __shpid) - 12usize];
    ["Offset of field: __pthread_mutex::__type"]
        [::core::mem::offset_of!(__pthread_mutex, __type) - 16usize];
    ["Offset of field: __pthread_mutex::__flags"]
        [::core::mem::offset_of!(__pthread_mutex, __flags) - 20usize];
};
impl Default for __pthread_mutex {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
pub type pthread_mutex_t = __pthread_mutex;
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct __pthread_condattr {
    pub __pshared: __pthread_process_shared,
    pub __clock: __clockid_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of __pthread_condattr"][::core::mem::size_of::<__pthread_condattr>() - 8usize];
    ["Alignment of __pthread_condattr"][::core::mem::align_of::<__pthread_condattr>() - 4usize];
    ["Offset of field: __pthread_condattr::__pshared"]
        [::core::mem::offset_of!(__pthread_condattr, __pshared) - 0usize];
    ["Offset of field: __pthread_condattr::__clock"]
        [::core::mem::offset_of!(__pthread_condattr, __clock) - 4usize];
};
impl Default for __pthread_condattr {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct __pthread_cond {
    pub __lock: __pthread_spinlock_t,
    pub __queue: *mut __pthread,
    pub __attr: *mut __pthread_condattr,
    pub __wrefs: ::core::ffi::c_uint,
    pub __data: *mut ::core::ffi::c_void,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of __pthread_cond"][::core::mem::size_of::<__pthread_cond>() - 40usize];
    ["Alignment of __pthread_cond"][::core::mem::align_of::<__pthread_cond>() - 8usize];
    ["Offset of field: __pthread_cond::__lock"]
        [::core::mem::offset_of!(__pthread_cond, __lock) - 0usize];
    ["Offset of field: __pthread_cond::__queue"]
        [::core::mem::offset_of!(__pthread_cond, __queue) - 8usize];
    ["Offset of field: __pthread_cond::__attr"]
        [::core::mem::offset_of!(__pthread_cond, __attr) - 16usize];
    ["Offset of field: __pthread_cond::__wrefs"]
        [::core::mem::offset_of!(__pthread_cond, __wrefs) - 24usize];
    ["Offset of field: __pthread_cond::__data"]
        [::core::mem::offset_of!(__pthread_cond, __data) - 32usize];
};
impl Default for __pthread_cond {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
pub type pthread_cond_t = __pthread_cond;
pub type pthread_spinlock_t = __pthread_spinlock_t;
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct __pthread_rwlockattr {
    pub __pshared: __pthread_process_shared,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of __pthread_rwlockattr"][::core::mem::size_of::<__pthread_rwlockattr>() - 4usize];
    ["Alignment of __pthread_rwlockattr"][::core::mem::align_of::<__pthread_rwlockattr>() - 4usize];
    ["Offset of field: __pthread_rwlockattr::__pshared"]
        [::core::mem::offset_of!(__pthread_rwlockattr, __pshared) - 0usize];
};
impl Default for __pthread_rwlockattr {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct __pthread_rwlock {
    pub __held: __pthread_spinlock_t,
    pub __lock: __pthread_spinlock_t,
    pub __readers: ::core::ffi::c_int,
    pub __readerqueue: *mut __pthread,
    pub __writerqueue: *mut __pthread,
    pub __attr: *mut __pthread_rwlockattr,
    pub __data: *mut ::core::ffi::c_void,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of __pthread_rwlock"][::core::mem::size_of::<__pthread_rwlock>() - 48usize];
    ["Alignment of __pthread_rwlock"][::core::mem::align_of::<__pthread_rwlock>() - 8usize];
    ["Offset of field: __pthread_rwlock::__held"]
        [::core::mem::offset_of!(__pthread_rwlock, __held) - 0usize];
    ["Offset of field: __pthread_rwlock::__lock"]
        [::core::mem::offset_of!(__pthread_rwlock, __lock) - 4usize];
    ["Offset of field: __pthread_rwlock::__readers"]
        [::core::mem::offset_of!(__pthread_rwlock, __readers) - 8usize];
    ["Offset of field: __pthread_rwlock::__readerqueue"]
        [::core::mem::offset_of!(__pthread_rwlock, __readerqueue) - 16usize];
    ["Offset of field: __pthread_rwlock::__writerqueue"]
        [::core::mem::offset_of!(__pthread_rwlock, __writerqueue) - 24usize];
    ["Offset of field: __pthread_rwlock::__attr"]
        [::core::mem::offset_of!(__pthread_rwlock, __attr) - 32usize];
    ["Offset of field: __pthread_rwlock::__data"]
        [::core::mem::offset_of!(__pthread_rwlock, __data) - 40usize];
};
impl Default for __pthread_rwlock {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
pub type pthread_rwlock_t = __pthread_rwlock;
pub type file_t = mach_port_t;
pub type fsys_t = mach_port_t;
pub type io_t = mach_port_t;
pub type process_t = mach_port_t;
pub type auth_t = mach_port_t;
pub type socket_t = mach_port_t;
pub type pf_t = mach_port_t;
pub type addr_port_t = mach_port_t;
pub type startup_t = mach_port_t;
pub type fs_notify_t = mach_port_t;
pub type exec_startup_t = mach_port_t;
pub type interrupt_t = mach_port_t;
pub type proccoll_t = mach_port_t;
pub type ctty_t = mach_port_t;
pub type pci_t = mach_port_t;
pub type shutdown_t = mach_port_t;
pub type acpi_t = mach_port_t;
pub const ESUCCESS: __error_t_codes = 0;
pub const EPERM: __error_t_codes = 1073741825;
pub const ENOENT: __error_t_codes = 1073741826;
pub const ESRCH: __error_t_codes = 1073741827;
pub const EINTR: __error_t_codes = 1073741828;
pub const EIO: __error_t_codes = 1073741829;
pub const ENXIO: __error_t_codes = 1073741830;
pub const E2BIG: __error_t_codes = 1073741831;
pub const ENOEXEC: __error_t_codes = 1073741832;
pub const EBADF: __error_t_codes = 1073741833;
pub const ECHILD: __error_t_codes = 1073741834;
pub const EDEADLK: __error_t_codes = 1073741835;
pub const ENOMEM: __error_t_codes = 1073741836;
pub const EACCES: __error_t_codes = 1073741837;
pub const EFAULT: __error_t_codes = 1073741838;
pub const ENOTBLK: __error_t_codes = 1073741839;
pub const EBUSY: __error_t_codes = 1073741840;
pub const EEXIST: __error_t_codes = 1073741841;
pub const EXDEV: __error_t_codes = 1073741842;
pub const ENODEV: __error_t_codes = 1073741843;
pub const ENOTDIR: __error_t_codes = 1073741844;
pub const EISDIR: __error_t_codes = 1073741845;
pub const EINVAL: __error_t_codes = 1073741846;
pub const EMFILE: __error_t_codes = 1073741848;
pub const ENFILE: __error_t_codes = 1073741847;
pub const ENOTTY: __error_t_codes = 1073741849;
pub const ETXTBSY: __error_t_codes = 1073741850;
pub const EFBIG: __error_t_codes = 1073741851;
pub const ENOSPC: __error_t_codes = 1073741852;
pub const ESPIPE: __error_t_codes = 1073741853;
pub const EROFS: __error_t_codes = 1073741854;
pub const EMLINK: __error_t_codes = 1073741855;
pub const EPIPE: __error_t_codes = 1073741856;
pub const EDOM: __error_t_codes = 1073741857;
pub const ERANGE: __error_t_codes = 1073741858;
pub const EAGAIN: __error_t_codes = 1073741859;
pub const EINPROGRESS: __error_t_codes = 1073741860;
pub const EALREADY: __error_t_codes = 1073741861;
pub const ENOTSOCK: __error_t_codes = 1073741862;
pub const EMSGSIZE: __error_t_codes = 1073741864;
pub const EPROTOTYPE: __error_t_codes = 1073741865;
pub const ENOPROTOOPT: __error_t_codes = 1073741866;
pub const EPROTONOSUPPORT: __error_t_codes = 1073741867;
pub const ESOCKTNOSUPPORT: __error_t_codes = 1073741868;
pub const EOPNOTSUPP: __error_t_codes = 1073741869;
pub const EPFNOSUPPORT: __error_t_codes = 1073741870;
pub const EAFNOSUPPORT: __error_t_codes = 1073741871;
pub const EADDRINUSE: __error_t_codes = 1073741872;
pub const EADDRNOTAVAIL: __error_t_codes = 1073741873;
pub const ENETDOWN: __error_t_codes = 1073741874;
pub const ENETUNREACH: __error_t_codes = 1073741875;
pub const ENETRESET: __error_t_codes = 1073741876;
pub const ECONNABORTED: __error_t_codes = 1073741877;
pub const ECONNRESET: __error_t_codes = 1073741878;
pub const ENOBUFS: __error_t_codes = 1073741879;
pub const EISCONN: __error_t_codes = 1073741880;
pub const ENOTCONN: __error_t_codes = 1073741881;
pub const EDESTADDRREQ: __error_t_codes = 1073741863;
pub const ESHUTDOWN: __error_t_codes = 1073741882;
pub const ETOOMANYREFS: __error_t_codes = 1073741883;
pub const ETIMEDOUT: __error_t_codes = 1073741884;
pub const ECONNREFUSED: __error_t_codes = 1073741885;
pub const ELOOP: __error_t_codes = 1073741886;
pub const ENAMETOOLONG: __error_t_codes = 1073741887;
pub const EHOSTDOWN: __error_t_codes = 1073741888;
pub const EHOSTUNREACH: __error_t_codes = 1073741889;
pub const ENOTEMPTY: __error_t_codes = 1073741890;
pub const EPROCLIM: __error_t_codes = 1073741891;
pub const EUSERS: __error_t_codes = 1073741892;
pub const EDQUOT: __error_t_codes = 1073741893;
pub const ESTALE: __error_t_codes = 1073741894;
pub const EREMOTE: __error_t_codes = 1073741895;
pub const EBADRPC: __error_t_codes = 1073741896;
pub const ERPCMISMATCH: __error_t_codes = 1073741897;
pub const EPROGUNAVAIL: __error_t_codes = 1073741898;
pub const EPROGMISMATCH: __error_t_codes = 1073741899;
pub const EPROCUNAVAIL: __error_t_codes = 1073741900;
pub const ENOLCK: __error_t_codes = 1073741901;
pub const EFTYPE: __error_t_codes = 1073741903;
pub const EAUTH: __error_t_codes = 1073741904;
pub const ENEEDAUTH: __error_t_codes = 1073741905;
pub const ENOSYS: __error_t_codes = 1073741902;
pub const ELIBEXEC: __error_t_codes = 1073741907;
pub const ENOTSUP: __error_t_codes = 1073741942;
pub const EILSEQ: __error_t_codes = 1073741930;
pub const EBACKGROUND: __error_t_codes = 1073741924;
pub const EDIED: __error_t_codes = 1073741925;
pub const EGREGIOUS: __error_t_codes = 1073741927;
pub const EIEIO: __error_t_codes = 1073741928;
pub const EGRATUITOUS: __error_t_codes = 1073741929;
pub const EBADMSG: __error_t_codes = 1073741931;
pub const EIDRM: __error_t_codes = 1073741932;
pub const EMULTIHOP: __error_t_codes = 1073741933;
pub const ENODATA: __error_t_codes = 1073741934;
pub const ENOLINK: __error_t_codes = 1073741935;
pub const ENOMSG: __error_t_codes = 1073741936;
pub const ENOSR: __error_t_codes = 1073741937;
pub const ENOSTR: __error_t_codes = 1073741938;
pub const EOVERFLOW: __error_t_codes = 1073741939;
pub const EPROTO: __error_t_codes = 1073741940;
pub const ETIME: __error_t_codes = 1073741941;
pub const ECANCELED: __error_t_codes = 1073741943;
pub const EOWNERDEAD: __error_t_codes = 1073741944;
pub const ENOTRECOVERABLE: __error_t_codes = 1073741945;
pub const EMACH_SEND_IN_PROGRESS: __error_t_codes = 268435457;
pub const EMACH_SEND_INVALID_DATA: __error_t_codes = 268435458;
pub const EMACH_SEND_INVALID_DEST: __error_t_codes = 268435459;
pub const EMACH_SEND_TIMED_OUT: __error_t_codes = 268435460;
pub const EMACH_SEND_WILL_NOTIFY: __error_t_codes = 268435461;
pub const EMACH_SEND_NOTIFY_IN_PROGRESS: __error_t_codes = 268435462;
pub const EMACH_SEND_INTERRUPTED: __error_t_codes = 268435463;
pub const EMACH_SEND_MSG_TOO_SMALL: __error_t_codes = 268435464;
pub const EMACH_SEND_INVALID_REPLY: __error_t_codes = 268435465;
pub const EMACH_SEND_INVALID_RIGHT: __error_t_codes = 268435466;
pub const EMACH_SEND_INVALID_NOTIFY: __error_t_codes = 268435467;
pub const EMACH_SEND_INVALID_MEMORY: __error_t_codes = 268435468;
pub const EMACH_SEND_NO_BUFFER: __error_t_codes = 268435469;
pub const EMACH_SEND_NO_NOTIFY: __error_t_codes = 268435470;
pub const EMACH_SEND_INVALID_TYPE: __error_t_codes = 268435471;
pub const EMACH_SEND_INVALID_HEADER: __error_t_codes = 268435472;
pub const EMACH_RCV_IN_PROGRESS: __error_t_codes = 268451841;
pub const EMACH_RCV_INVALID_NAME: __error_t_codes = 268451842;
pub const EMACH_RCV_TIMED_OUT: __error_t_codes = 268451843;
pub const EMACH_RCV_TOO_LARGE: __error_t_codes = 268451844;
pub const EMACH_RCV_INTERRUPTED: __error_t_codes = 268451845;
pub const EMACH_RCV_PORT_CHANGED: __error_t_codes = 268451846;
pub const EMACH_RCV_INVALID_NOTIFY: __error_t_codes = 268451847;
pub const EMACH_RCV_INVALID_DATA: __error_t_codes = 268451848;
pub const EMACH_RCV_PORT_DIED: __error_t_codes = 268451849;
pub const EMACH_RCV_IN_SET: __error_t_codes = 268451850;
pub const EMACH_RCV_HEADER_ERROR: __error_t_codes = 268451851;
pub const EMACH_RCV_BODY_ERROR: __error_t_codes = 268451852;
pub const EKERN_INVALID_ADDRESS: __error_t_codes = 1;
pub const EKERN_PROTECTION_FAILURE: __error_t_codes = 2;
pub const EKERN_NO_SPACE: __error_t_codes = 3;
pub const EKERN_INVALID_ARGUMENT: __error_t_codes = 4;
pub const EKERN_FAILURE: __error_t_codes = 5;
pub const EKERN_RESOURCE_SHORTAGE: __error_t_codes = 6;
pub const EKERN_NOT_RECEIVER: __error_t_codes = 7;
pub const EKERN_NO_ACCESS: __error_t_codes = 8;
pub const EKERN_MEMORY_FAILURE: __error_t_codes = 9;
pub const EKERN_MEMORY_ERROR: __error_t_codes = 10;
pub const EKERN_NOT_IN_SET: __error_t_codes = 12;
pub const EKERN_NAME_EXISTS: __error_t_codes = 13;
pub const EKERN_ABORTED: __error_t_codes = 14;
pub const EKERN_INVALID_NAME: __error_t_codes = 15;
pub const EKERN_INVALID_TASK: __error_t_codes = 16;
pub const EKERN_INVALID_RIGHT: __error_t_codes = 17;
pub const EKERN_INVALID_VALUE: __error_t_codes = 18;
pub const EKERN_UREFS_OVERFLOW: __error_t_codes = 19;
pub const EKERN_INVALID_CAPABILITY: __error_t_codes = 20;
pub const EKERN_RIGHT_EXISTS: __error_t_codes = 21;
pub const EKERN_INVALID_HOST: __error_t_codes = 22;
pub const EKERN_MEMORY_PRESENT: __error_t_codes = 23;
pub const EKERN_WRITE_PROTECTION_FAILURE: __error_t_codes = 24;
pub const EKERN_TERMINATED: __error_t_codes = 26;
pub const EKERN_TIMEDOUT: __error_t_codes = 27;
pub const EKERN_INTERRUPTED: __error_t_codes = 28;
pub const EMIG_TYPE_ERROR: __error_t_codes = -300;
pub const EMIG_REPLY_MISMATCH: __error_t_codes = -301;
pub const EMIG_REMOTE_ERROR: __error_t_codes = -302;
pub const EMIG_BAD_ID: __error_t_codes = -303;
pub const EMIG_BAD_ARGUMENTS: __error_t_codes = -304;
pub const EMIG_NO_REPLY: __error_t_codes = -305;
pub const EMIG_EXCEPTION: __error_t_codes = -306;
pub const EMIG_ARRAY_TOO_LARGE: __error_t_codes = -307;
pub const EMIG_SERVER_DIED: __error_t_codes = -308;
pub const EMIG_DESTROY_REQUEST: __error_t_codes = -309;
pub const ED_IO_ERROR: __error_t_codes = 2500;
pub const ED_WOULD_BLOCK: __error_t_codes = 2501;
pub const ED_NO_SUCH_DEVICE: __error_t_codes = 2502;
pub const ED_ALREADY_OPEN: __error_t_codes = 2503;
pub const ED_DEVICE_DOWN: __error_t_codes = 2504;
pub const ED_INVALID_OPERATION: __error_t_codes = 2505;
pub const ED_INVALID_RECNUM: __error_t_codes = 2506;
pub const ED_INVALID_SIZE: __error_t_codes = 2507;
pub const ED_NO_MEMORY: __error_t_codes = 2508;
pub const ED_READ_ONLY: __error_t_codes = 2509;
pub const __FORCE_ERROR_T_CODES_SIGNED: __error_t_codes = -1;
pub type __error_t_codes = ::core::ffi::c_int;
pub use self::__error_t_codes as error_t;
pub type data_t = *mut ::core::ffi::c_char;
pub type const_data_t = *const ::core::ffi::c_char;
pub type string_t = [::core::ffi::c_char; 1024usize];
pub type const_string_t = *const ::core::ffi::c_char;
pub type intarray_t = *mut ::core::ffi::c_int;
pub type const_intarray_t = *const ::core::ffi::c_int;
pub type fd_mask_t = *mut ::core::ffi::c_int;
pub type const_fd_mask_t = *const ::core::ffi::c_int;
pub type portarray_t = *mut mach_port_t;
pub type const_portarray_t = *const mach_port_t;
pub type pidarray_t = *mut pid_t;
pub type const_pidarray_t = *const pid_t;
pub type idarray_t = *mut uid_t;
pub type const_idarray_t = *const uid_t;
pub type off_array_t = *mut __loff_t;
pub type const_off_array_t = *const __loff_t;
pub type rusage_t = rusage;
pub type flock_t = flock64;
pub type utsname_t = utsname;
pub type io_statbuf_t = stat;
pub type fsys_statfsbuf_t = statfs;
pub type timespec_t = timespec;
pub const FS_RETRY_NORMAL: retry_type = 1;
pub const FS_RETRY_REAUTH: retry_type = 2;
pub const FS_RETRY_MAGICAL: retry_type = 3;
pub type retry_type = ::core::ffi::c_uint;
pub const DIR_CHANGED_NULL: dir_changed_type = 0;
pub const DIR_CHANGED_NEW: dir_changed_type = 1;
pub const DIR_CHANGED_UNLINK: dir_changed_type = 2;
pub const DIR_CHANGED_RENUMBER: dir_changed_type = 3;
pub type dir_changed_type = ::core::ffi::c_uint;
pub use self::dir_changed_type as dir_changed_type_t;
pub const FILE_CHANGED_NULL: file_changed_type = 0;
pub const FILE_CHANGED_WRITE: file_changed_type = 1;
pub const FILE_CHANGED_EXTEND: file_changed_type = 2;
pub const FILE_CHANGED_TRUNCATE: file_changed_type = 3;
pub const FILE_CHANGED_META: file_changed_type = 4;
pub type file_changed_type = ::core::ffi::c_uint;
pub use self::file_changed_type as file_changed_type_t;
pub const TERM_ON_MACHDEV: term_bottom_type = 0;
pub const TERM_ON_HURDIO: term_bottom_type = 1;
pub const TERM_ON_MASTERPTY: term_bottom_type = 2;
pub type term_bottom_type = ::core::ffi::c_uint;
pub const STORAGE_OTHER: file_storage_class = 0;
pub const STORAGE_DEVICE: file_storage_class = 1;
pub const STORAGE_HURD_FILE: file_storage_class = 2;
pub const STORAGE_NETWORK: file_storage_class = 3;
pub const STORAGE_MEMORY: file_storage_class = 4;
pub const STORAGE_TASK: file_storage_class = 5;
pub const STORAGE_ZERO: file_storage_class = 6;
pub const STORAGE_CONCAT: file_storage_class = 7;
pub const STORAGE_INTERLEAVE: file_storage_class = 8;
pub const STORAGE_LAYER: file_storage_class = 9;
pub const STORAGE_REMAP: file_storage_class = 10;
pub const STORAGE_COPY: file_storage_class = 11;
pub type file_storage_class = ::core::ffi::c_uint;
#[repr(C)]
#[derive(Debug, Default)]
pub struct procinfo {
    pub state: ::core::ffi::c_int,
    pub owner: uid_t,
    pub ppid: pid_t,
    pub pgrp: pid_t,
    pub session: pid_t,
    pub logincollection: pid_t,
    pub exitstatus: ::core::ffi::c_int,
    pub sigcode: ::core::ffi::c_int,
    pub nthreads: ::core::ffi::c_int,
    pub taskinfo: task_basic_info,
    pub taskevents: task_events_info,
    pub threadinfos: __IncompleteArrayField<procinfo__bindgen_ty_1>,
}
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct procinfo__bindgen_ty_1 {
    pub died: ::core::ffi::c_int,
    pub rpc_block: mach_msg_id_t,
    pub pis_bi: thread_basic_info,
    pub pis_si: thread_sched_info,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of procinfo__bindgen_ty_1"][::core::mem::size_of::<procinfo__bindgen_ty_1>() - 168usize];
    ["Alignment of procinfo__bindgen_ty_1"]
        [::core::mem::align_of::<procinfo__bindgen_ty_1>() - 8usize];
    ["Offset of field: procinfo__bindgen_ty_1::died"]
        [::core::mem::offset_of!(procinfo__bindgen_ty_1, died) - 0usize];
    ["Offset of field: procinfo__bindgen_ty_1::rpc_block"]
        [::core::mem::offset_of!(procinfo__bindgen_ty_1, rpc_block) - 4usize];
    ["Offset of field: procinfo__bindgen_ty_1::pis_bi"]
        [::core::mem::offset_of!(procinfo__bindgen_ty_1, pis_bi) - 8usize];
    ["Offset of field: procinfo__bindgen_ty_1::pis_si"]
        [::core::mem::offset_of!(procinfo__bindgen_ty_1, pis_si) - 136usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of procinfo"][::core::mem::size_of::<procinfo>() - 216usize];
    ["Alignment of procinfo"][::core::mem::align_of::<procinfo>() - 8usize];
    ["Offset of field: procinfo::state"][::core::mem::offset_of!(procinfo, state) - 0usize];
    ["Offset of field: procinfo::owner"][::core::mem::offset_of!(procinfo, owner) - 4usize];
    ["Offset of field: procinfo::ppid"][::core::mem::offset_of!(procinfo, ppid) - 8usize];
    ["Offset of field: procinfo::pgrp"][::core::mem::offset_of!(procinfo, pgrp) - 12usize];
    ["Offset of field: procinfo::session"][::core::mem::offset_of!(procinfo, session) - 16usize];
    ["Offset of field: procinfo::logincollection"]
        [::core::mem::offset_of!(procinfo, logincollection) - 20usize];
    ["Offset of field: procinfo::exitstatus"]
        [::core::mem::offset_of!(procinfo, exitstatus) - 24usize];
    ["Offset of field: procinfo::sigcode"][::core::mem::offset_of!(procinfo, sigcode) - 28usize];
    ["Offset of field: procinfo::nthreads"][::core::mem::offset_of!(procinfo, nthreads) - 32usize];
    ["Offset of field: procinfo::taskinfo"][::core::mem::offset_of!(procinfo, taskinfo) - 40usize];
    ["Offset of field: procinfo::taskevents"]
        [::core::mem::offset_of!(procinfo, taskevents) - 160usize];
    ["Offset of field: procinfo::threadinfos"]
        [::core::mem::offset_of!(procinfo, threadinfos) - 216usize];
};
pub type procinfo_t = *mut ::core::ffi::c_int;
pub type const_procinfo_t = *const ::core::ffi::c_int;
pub const INIT_PORT_CWDIR: _bindgen_ty_13 = 0;
pub const INIT_PORT_CRDIR: _bindgen_ty_13 = 1;
pub const INIT_PORT_AUTH: _bindgen_ty_13 = 2;
pub const INIT_PORT_PROC: _bindgen_ty_13 = 3;
pub const INIT_PORT_CTTYID: _bindgen_ty_13 = 4;
pub const INIT_PORT_BOOTSTRAP: _bindgen_ty_13 = 5;
pub const INIT_PORT_MAX: _bindgen_ty_13 = 6;
pub type _bindgen_ty_13 = ::core::ffi::c_uint;
pub const INIT_UMASK: _bindgen_ty_14 = 0;
pub const INIT_SIGMASK: _bindgen_ty_14 = 1;
pub const INIT_SIGIGN: _bindgen_ty_14 = 2;
pub const INIT_SIGPENDING: _bindgen_ty_14 = 3;
pub const INIT_TRACEMASK: _bindgen_ty_14 = 4;
pub const INIT_INT_MAX: _bindgen_ty_14 = 5;
pub type _bindgen_ty_14 = ::core::ffi::c_uint;
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct pci_bar {
    pub base_addr: u64,
    pub size: u64,
    pub _bitfield_align_1: [u8; 0],
    pub _bitfield_1: __BindgenBitfieldUnit<[u8; 1usize]>,
    pub __bindgen_padding_0: [u8; 7usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of pci_bar"][::core::mem::size_of::<pci_bar>() - 24usize];
    ["Alignment of pci_bar"][::core::mem::align_of::<pci_bar>() - 8usize];
    ["Offset of field: pci_bar::base_addr"][::core::mem::offset_of!(pci_bar, base_addr) - 0usize];
    ["Offset of field: pci_bar::size"][::core::mem::offset_of!(pci_bar, size) - 8usize];
};
impl pci_bar {
    #[inline]
    pub fn is_IO(&self) -> ::core::ffi::c_uint {
        unsafe { ::core::mem::transmute(self._bitfield_1.get(0usize, 1u8) as u32) }
    }
    #[inline]
    pub fn set_is_IO(&mut self, val: ::core::ffi::c_uint) {
        unsafe {
            let val: u32 = ::core::mem::transmute(val);
            self._bitfield_1.set(0usize, 1u8, val as u64)
        }
    }
    #[inline]
    pub unsafe fn is_IO_raw(this: *const Self) -> ::core::ffi::c_uint {
        unsafe {
            ::core::mem::transmute(<__BindgenBitfieldUnit<[u8; 1usize]>>::raw_get(
                ::core::ptr::addr_of!((*this)._bitfield_1),
                0usize,
                1u8,
            ) as u32)
        }
    }
    #[inline]
    pub unsafe fn set_is_IO_raw(this: *mut Self, val: ::core::ffi::c_uint) {
        unsafe {
            let val: u32 = ::core::mem::transmute(val);
            <__BindgenBitfieldUnit<[u8; 1usize]>>::raw_set(
                ::core::ptr::addr_of_mut!((*this)._bitfield_1),
                0usize,
                1u8,
                val as u64,
            )
        }
    }
    #[inline]
    pub fn is_prefetchable(&self) -> ::core::ffi::c_uint {
        unsafe { ::core::mem::transmute(self._bitfield_1.get(1usize, 1u8) as u32) }
    }
    #[inline]
    pub fn set_is_prefetchable(&mut self, val: ::core::ffi::c_uint) {
        unsafe {
            let val: u32 = ::core::mem::transmute(val);
            self._bitfield_1.set(1usize, 1u8, val as u64)
        }
    }
    #[inline]
    pub unsafe fn is_prefetchable_raw(this: *const Self) -> ::core::ffi::c_uint {
        unsafe {
            ::core::mem::transmute(<__BindgenBitfieldUnit<[u8; 1usize]>>::raw_get(
                ::core::ptr::addr_of!((*this)._bitfield_1),
                1usize,
                1u8,
            ) as u32)
        }
    }
    #[inline]
    pub unsafe fn set_is_prefetchable_raw(this: *mut Self, val: ::core::ffi::c_uint) {
        unsafe {
            let val: u32 = ::core::mem::transmute(val);
            <__BindgenBitfieldUnit<[u8; 1usize]>>::raw_set(
                ::core::ptr::addr_of_mut!((*this)._bitfield_1),
                1usize,
                1u8,
                val as u64,
            )
        }
    }
    #[inline]
    pub fn is_64(&self) -> ::core::ffi::c_uint {
        unsafe { ::core::mem::transmute(self._bitfield_1.get(2usize, 1u8) as u32) }
    }
    #[inline]
    pub fn set_is_64(&mut self, val: ::core::ffi::c_uint) {
        unsafe {
            let val: u32 = ::core::mem::transmute(val);
            self._bitfield_1.set(2usize, 1u8, val as u64)
        }
    }
    #[inline]
    pub unsafe fn is_64_raw(this: *const Self) -> ::core::ffi::c_uint {
        unsafe {
            ::core::mem::transmute(<__BindgenBitfieldUnit<[u8; 1usize]>>::raw_get(
                ::core::ptr::addr_of!((*this)._bitfield_1),
                2usize,
                1u8,
            ) as u32)
        }
    }
    #[inline]
    pub unsafe fn set_is_64_raw(this: *mut Self, val: ::core::ffi::c_uint) {
        unsafe {
            let val: u32 = ::core::mem::transmute(val);
            <__BindgenBitfieldUnit<[u8; 1usize]>>::raw_set(
                ::core::ptr::addr_of_mut!((*this)._bitfield_1),
                2usize,
                1u8,
                val as u64,
            )
        }
    }
    #[inline]
    pub fn new_bitfield_1(
        is_IO: ::core::ffi::c_uint,
        is_prefetchable: ::core::ffi::c_uint,
        is_64: ::core::ffi::c_uint,
    ) -> __BindgenBitfieldUnit<[u8; 1usize]> {
        let mut __bindgen_bitfield_unit: __BindgenBitfieldUnit<[u8; 1usize]> = Default::default();
        __bindgen_bitfield_unit.set(0usize, 1u8, {
            let is_IO: u32 = unsafe { ::core::mem::transmute(is_IO) };
            is_IO as u64
        });
        __bindgen_bitfield_unit.set(1usize, 1u8, {
            let is_prefetchable: u32 = unsafe { ::core::mem::transmute(is_prefetchable) };
            is_prefetchable as u64
        });
        __bindgen_bitfield_unit.set(2usize, 1u8, {
            let is_64: u32 = unsafe { ::core::mem::transmute(is_64) };
            is_64 as u64
        });
        __bindgen_bitfield_unit
    }
}
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct pci_xrom_bar {
    pub base_addr: u64,
    pub size: u64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of pci_xrom_bar"][::core::mem::size_of::<pci_xrom_bar>() - 16usize];
    ["Alignment of pci_xrom_bar"][::core::mem::align_of::<pci_xrom_bar>() - 8usize];
    ["Offset of field: pci_xrom_bar::base_addr"]
        [::core::mem::offset_of!(pci_xrom_bar, base_addr) - 0usize];
    ["Offset of field: pci_xrom_bar::size"][::core::mem::offset_of!(pci_xrom_bar, size) - 8usize];
};
pub type device_t = mach_port_t;
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct stat {
    pub st_fstype: ::core::ffi::c_int,
    pub st_fsid: __fsid_t,
    pub st_ino: __ino64_t,
    pub st_gen: ::core::ffi::c_uint,
    pub st_rdev: __dev_t,
    pub st_mode: __mode_t,
    pub st_nlink: __nlink_t,
    pub st_uid: __uid_t,
    pub st_gid: __gid_t,
    pub st_size: __off64_t,
    pub st_atim: timespec,
    pub st_mtim: timespec,
    pub st_ctim: timespec,
    pub st_blksize: __blksize_t,
    pub st_blocks: __blkcnt64_t,
    pub st_author: __uid_t,
    pub st_flags: ::core::ffi::c_uint,
    pub st_spare: [::core::ffi::c_int; 8usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of stat"][::core::mem::size_of::<stat>() - 176usize];
    ["Alignment of stat"][::core::mem::align_of::<stat>() - 8usize];
    ["Offset of field: stat::st_fstype"][::core::mem::offset_of!(stat, st_fstype) - 0usize];
    ["Offset of field: stat::st_fsid"][::core::mem::offset_of!(stat, st_fsid) - 8usize];
    ["Offset of field: stat::st_ino"][::core::mem::offset_of!(stat, st_ino) - 16usize];
    ["Offset of field: stat::st_gen"][::core::mem::offset_of!(stat, st_gen) - 24usize];
    ["Offset of field: stat::st_rdev"][::core::mem::offset_of!(stat, st_rdev) - 32usize];
    ["Offset of field: stat::st_mode"][::core::mem::offset_of!(stat, st_mode) - 40usize];
    ["Offset of field: stat::st_nlink"][::core::mem::offset_of!(stat, st_nlink) - 48usize];
    ["Offset of field: stat::st_uid"][::core::mem::offset_of!(stat, st_uid) - 56usize];
    ["Offset of field: stat::st_gid"][::core::mem::offset_of!(stat, st_gid) - 60usize];
    ["Offset of field: stat::st_size"][::core::mem::offset_of!(stat, st_size) - 64usize];
    ["Offset of field: stat::st_atim"][::core::mem::offset_of!(stat, st_atim) - 72usize];
    ["Offset of field: stat::st_mtim"][::core::mem::offset_of!(stat, st_mtim) - 88usize];
    ["Offset of field: stat::st_ctim"][::core::mem::offset_of!(stat, st_ctim) - 104usize];
    ["Offset of field: stat::st_blksize"][::core::mem::offset_of!(stat, st_blksize) - 120usize];
    ["Offset of field: stat::st_blocks"][::core::mem::offset_of!(stat, st_blocks) - 128usize];
    ["Offset of field: stat::st_author"][::core::mem::offset_of!(stat, st_author) - 136usize];
    ["Offset of field: stat::st_flags"][::core::mem::offset_of!(stat, st_flags) - 140usize];
    ["Offset of field: stat::st_spare"][::core::mem::offset_of!(stat, st_spare) - 144usize];
};
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct statfs {
    pub f_type: ::core::ffi::c_uint,
    pub f_bsize: ::core::ffi::c_ulong,
    pub f_blocks: __fsblkcnt64_t,
    pub f_bfree: __fsblkcnt64_t,
    pub f_bavail: __fsblkcnt64_t,
    pub f_files: __fsblkcnt64_t,
    pub f_ffree: __fsblkcnt64_t,
    pub f_fsid: __fsid_t,
    pub f_namelen: ::core::ffi::c_ulong,
    pub f_favail: __fsfilcnt64_t,
    pub f_frsize: ::core::ffi::c_ulong,
    pub f_flag: ::core::ffi::c_ulong,
    pub f_spare: [::core::ffi::c_uint; 3usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of statfs"][::core::mem::size_of::<statfs>() - 112usize];
    ["Alignment of statfs"][::core::mem::align_of::<statfs>() - 8usize];
    ["Offset of field: statfs::f_type"][::core::mem::offset_of!(statfs, f_type) - 0usize];
    ["Offset of field: statfs::f_bsize"][::core::mem::offset_of!(statfs, f_bsize) - 8usize];
    ["Offset of field: statfs::f_blocks"][::core::mem::offset_of!(statfs, f_blocks) - 16usize];
    ["Offset of field: statfs::f_bfree"][::core::mem::offset_of!(statfs, f_bfree) - 24usize];
    ["Offset of field: statfs::f_bavail"][::core::mem::offset_of!(statfs, f_bavail) - 32usize];
    ["Offset of field: statfs::f_files"][::core::mem::offset_of!(statfs, f_files) - 40usize];
    ["Offset of field: statfs::f_ffree"][::core::mem::offset_of!(statfs, f_ffree) - 48usize];
    ["Offset of field: statfs::f_fsid"][::core::mem::offset_of!(statfs, f_fsid) - 56usize];
    ["Offset of field: statfs::f_namelen"][::core::mem::offset_of!(statfs, f_namelen) - 64usize];
    ["Offset of field: statfs::f_favail"][::core::mem::offset_of!(statfs, f_favail) - 72usize];
    ["Offset of field: statfs::f_frsize"][::core::mem::offset_of!(statfs, f_frsize) - 80usize];
    ["Offset of field: statfs::f_flag"][::core::mem::offset_of!(statfs, f_flag) - 88usize];
    ["Offset of field: statfs::f_spare"][::core::mem::offset_of!(statfs, f_spare) - 96usize];
};
#[repr(C)]
#[derive(Copy, Clone)]
pub struct rusage {
    pub ru_utime: timeval,
    pub ru_stime: timeval,
    pub __bindgen_anon_1: rusage__bindgen_ty_1,
    pub __bindgen_anon_2: rusage__bindgen_ty_2,
    pub __bindgen_anon_3: rusage__bindgen_ty_3,
    pub __bindgen_anon_4: rusage__bindgen_ty_4,
    pub __bindgen_anon_5: rusage__bindgen_ty_5,
    pub __bindgen_anon_6: rusage__bindgen_ty_6,
    pub __bindgen_anon_7: rusage__bindgen_ty_7,
    pub __bindgen_anon_8: rusage__bindgen_ty_8,
    pub __bindgen_anon_9: rusage__bindgen_ty_9,
    pub __bindgen_anon_10: rusage__bindgen_ty_10,
    pub __bindgen_anon_11: rusage__bindgen_ty_11,
    pub __bindgen_anon_12: rusage__bindgen_ty_12,
    pub __bindgen_anon_13: rusage__bindgen_ty_13,
    pub __bindgen_anon_14: rusage__bindgen_ty_14,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub union rusage__bindgen_ty_1 {
    pub ru_maxrss: ::core::ffi::c_long,
    pub __ru_maxrss_word: __syscall_slong_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of rusage__bindgen_ty_1"][::core::mem::size_of::<rusage__bindgen_ty_1>() - 8usize];
    ["Alignment of rusage__bindgen_ty_1"][::core::mem::align_of::<rusage__bindgen_ty_1>() - 8usize];
    ["Offset of field: rusage__bindgen_ty_1::ru_maxrss"]
        [::core::mem::offset_of!(rusage__bindgen_ty_1, ru_maxrss) - 0usize];
    ["Offset of field: rusage__bindgen_ty_1::__ru_maxrss_word"]
        [::core::mem::offset_of!(rusage__bindgen_ty_1, __ru_maxrss_word) - 0usize];
};
impl Default for rusage__bindgen_ty_1 {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Copy, Clone)]
pub union rusage__bindgen_ty_2 {
    pub ru_ixrss: ::core::ffi::c_long,
    pub __ru_ixrss_word: __syscall_slong_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of rusage__bindgen_ty_2"][::core::mem::size_of::<rusage__bindgen_ty_2>() - 8usize];
    ["Alignment of rusage__bindgen_ty_2"][::core::mem::align_of::<rusage__bindgen_ty_2>() - 8usize];
    ["Offset of field: rusage__bindgen_ty_2::ru_ixrss"]
        [::core::mem::offset_of!(rusage__bindgen_ty_2, ru_ixrss) - 0usize];
    ["Offset of field: rusage__bindgen_ty_2::__ru_ixrss_word"]
        [::core::mem::offset_of!(rusage__bindgen_ty_2, __ru_ixrss_word) - 0usize];
};
impl Default for rusage__bindgen_ty_2 {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Copy, Clone)]
pub union rusage__bindgen_ty_3 {
    pub ru_idrss: ::core::ffi::c_long,
    pub __ru_idrss_word: __syscall_slong_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of rusage__bindgen_ty_3"][::core::mem::size_of::<rusage__bindgen_ty_3>() - 8usize];
    ["Alignment of rusage__bindgen_ty_3"][::core::mem::align_of::<rusage__bindgen_ty_3>() - 8usize];
    ["Offset of field: rusage__bindgen_ty_3::ru_idrss"]
        [::core::mem::offset_of!(rusage__bindgen_ty_3, ru_idrss) - 0usize];
    ["Offset of field: rusage__bindgen_ty_3::__ru_idrss_word"]
        [::core::mem::offset_of!(rusage__bindgen_ty_3, __ru_idrss_word) - 0usize];
};
impl Default for rusage__bindgen_ty_3 {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Copy, Clone)]
pub union rusage__bindgen_ty_4 {
    pub ru_isrss: ::core::ffi::c_long,
    pub __ru_isrss_word: __syscall_slong_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of rusage__bindgen_ty_4"][::core::mem::size_of::<rusage__bindgen_ty_4>() - 8usize];
    ["Alignment of rusage__bindgen_ty_4"][::core::mem::align_of::<rusage__bindgen_ty_4>() - 8usize];
    ["Offset of field: rusage__bindgen_ty_4::ru_isrss"]
        [::core::mem::offset_of!(rusage__bindgen_ty_4, ru_isrss) - 0usize];
    ["Offset of field: rusage__bindgen_ty_4::__ru_isrss_word"]
        [::core::mem::offset_of!(rusage__bindgen_ty_4, __ru_isrss_word) - 0usize];
};
impl Default for rusage__bindgen_ty_4 {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Copy, Clone)]
pub union rusage__bindgen_ty_5 {
    pub ru_minflt: ::core::ffi::c_long,
    pub __ru_minflt_word: __syscall_slong_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of rusage__bindgen_ty_5"][::core::mem::size_of::<rusage__bindgen_ty_5>() - 8usize];
    ["Alignment of rusage__bindgen_ty_5"][::core::mem::align_of::<rusage__bindgen_ty_5>() - 8usize];
    ["Offset of field: rusage__bindgen_ty_5::ru_minflt"]
        [::core::mem::offset_of!(rusage__bindgen_ty_5, ru_minflt) - 0usize];
    ["Offset of field: rusage__bindgen_ty_5::__ru_minflt_word"]
        [::core::mem::offset_of!(rusage__bindgen_ty_5, __ru_minflt_word) - 0usize];
};
impl Default for rusage__bindgen_ty_5 {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Copy, Clone)]
pub union rusage__bindgen_ty_6 {
    pub ru_majflt: ::core::ffi::c_long,
    pub __ru_majflt_word: __syscall_slong_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of rusage__bindgen_ty_6"][::core::mem::size_of::<rusage__bindgen_ty_6>() - 8usize];
    ["Alignment of rusage__bindgen_ty_6"][::core::mem::align_of::<rusage__bindgen_ty_6>() - 8usize];
    ["Offset of field: rusage__bindgen_ty_6::ru_majflt"]
        [::core::mem::offset_of!(rusage__bindgen_ty_6, ru_majflt) - 0usize];
    ["Offset of field: rusage__bindgen_ty_6::__ru_majflt_word"]
        [::core::mem::offset_of!(rusage__bindgen_ty_6, __ru_majflt_word) - 0usize];
};
impl Default for rusage__bindgen_ty_6 {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Copy, Clone)]
pub union rusage__bindgen_ty_7 {
    pub ru_nswap: ::core::ffi::c_long,
    pub __ru_nswap_word: __syscall_slong_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of rusage__bindgen_ty_7"][::core::mem::size_of::<rusage__bindgen_ty_7>() - 8usize];
    ["Alignment of rusage__bindgen_ty_7"][::core::mem::align_of::<rusage__bindgen_ty_7>() - 8usize];
    ["Offset of field: rusage__bindgen_ty_7::ru_nswap"]
        [::core::mem::offset_of!(rusage__bindgen_ty_7, ru_nswap) - 0usize];
    ["Offset of field: rusage__bindgen_ty_7::__ru_nswap_word"]
        [::core::mem::offset_of!(rusage__bindgen_ty_7, __ru_nswap_word) - 0usize];
};
impl Default for rusage__bindgen_ty_7 {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Copy, Clone)]
pub union rusage__bindgen_ty_8 {
    pub ru_inblock: ::core::ffi::c_long,
    pub __ru_inblock_word: __syscall_slong_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of rusage__bindgen_ty_8"][::core::mem::size_of::<rusage__bindgen_ty_8>() - 8usize];
    ["Alignment of rusage__bindgen_ty_8"][::core::mem::align_of::<rusage__bindgen_ty_8>() - 8usize];
    ["Offset of field: rusage__bindgen_ty_8::ru_inblock"]
        [::core::mem::offset_of!(rusage__bindgen_ty_8, ru_inblock) - 0usize];
    ["Offset of field: rusage__bindgen_ty_8::__ru_inblock_word"]
        [::core::mem::offset_of!(rusage__bindgen_ty_8, __ru_inblock_word) - 0usize];
};
impl Default for rusage__bindgen_ty_8 {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Copy, Clone)]
pub union rusage__bindgen_ty_9 {
    pub ru_oublock: ::core::ffi::c_long,
    pub __ru_oublock_word: __syscall_slong_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of rusage__bindgen_ty_9"][::core::mem::size_of::<rusage__bindgen_ty_9>() - 8usize];
    ["Alignment of rusage__bindgen_ty_9"][::core::mem::align_of::<rusage__bindgen_ty_9>() - 8usize];
    ["Offset of field: rusage__bindgen_ty_9::ru_oublock"]
        [::core::mem::offset_of!(rusage__bindgen_ty_9, ru_oublock) - 0usize];
    ["Offset of field: rusage__bindgen_ty_9::__ru_oublock_word"]
        [::core::mem::offset_of!(rusage__bindgen_ty_9, __ru_oublock_word) - 0usize];
};
impl Default for rusage__bindgen_ty_9 {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Copy, Clone)]
pub union rusage__bindgen_ty_10 {
    pub ru_msgsnd: ::core::ffi::c_long,
    pub __ru_msgsnd_word: __syscall_slong_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of rusage__bindgen_ty_10"][::core::mem::size_of::<rusage__bindgen_ty_10>() - 8usize];
    ["Alignment of rusage__bindgen_ty_10"]
        [::core::mem::align_of::<rusage__bindgen_ty_10>() - 8usize];
    ["Offset of field: rusage__bindgen_ty_10::ru_msgsnd"]
        [::core::mem::offset_of!(rusage__bindgen_ty_10, ru_msgsnd) - 0usize];
    ["Offset of field: rusage__bindgen_ty_10::__ru_msgsnd_word"]
        [::core::mem::offset_of!(rusage__bindgen_ty_10, __ru_msgsnd_word) - 0usize];
};
impl Default for rusage__bindgen_ty_10 {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Copy, Clone)]
pub union rusage__bindgen_ty_11 {
    pub ru_msgrcv: ::core::ffi::c_long,
    pub __ru_msgrcv_word: __syscall_slong_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of rusage__bindgen_ty_11"][::core::mem::size_of::<rusage__bindgen_ty_11>() - 8usize];
    ["Alignment of rusage__bindgen_ty_11"]
        [::core::mem::align_of::<rusage__bindgen_ty_11>() - 8usize];
    ["Offset of field: rusage__bindgen_ty_11::ru_msgrcv"]
        [::core::mem::offset_of!(rusage__bindgen_ty_11, ru_msgrcv) - 0usize];
    ["Offset of field: rusage__bindgen_ty_11::__ru_msgrcv_word"]
        [::core::mem::offset_of!(rusage__bindgen_ty_11, __ru_msgrcv_word) - 0usize];
};
impl Default for rusage__bindgen_ty_11 {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Copy, Clone)]
pub union rusage__bindgen_ty_12 {
    pub ru_nsignals: ::core::ffi::c_long,
    pub __ru_nsignals_word: __syscall_slong_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of rusage__bindgen_ty_12"][::core::mem::size_of::<rusage__bindgen_ty_12>() - 8usize];
    ["Alignment of rusage__bindgen_ty_12"]
        [::core::mem::align_of::<rusage__bindgen_ty_12>() - 8usize];
    ["Offset of field: rusage__bindgen_ty_12::ru_nsignals"]
        [::core::mem::offset_of!(rusage__bindgen_ty_12, ru_nsignals) - 0usize];
    ["Offset of field: rusage__bindgen_ty_12::__ru_nsignals_word"]
        [::core::mem::offset_of!(rusage__bindgen_ty_12, __ru_nsignals_word) - 0usize];
};
impl Default for rusage__bindgen_ty_12 {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Copy, Clone)]
pub union rusage__bindgen_ty_13 {
    pub ru_nvcsw: ::core::ffi::c_long,
    pub __ru_nvcsw_word: __syscall_slong_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of rusage__bindgen_ty_13"][::core::mem::size_of::<rusage__bindgen_ty_13>() - 8usize];
    ["Alignment of rusage__bindgen_ty_13"]
        [::core::mem::align_of::<rusage__bindgen_ty_13>() - 8usize];
    ["Offset of field: rusage__bindgen_ty_13::ru_nvcsw"]
        [::core::mem::offset_of!(rusage__bindgen_ty_13, ru_nvcsw) - 0usize];
    ["Offset of field: rusage__bindgen_ty_13::__ru_nvcsw_word"]
        [::core::mem::offset_of!(rusage__bindgen_ty_13, __ru_nvcsw_word) - 0usize];
};
impl Default for rusage__bindgen_ty_13 {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Copy, Clone)]
pub union rusage__bindgen_ty_14 {
    pub ru_nivcsw: ::core::ffi::c_long,
    pub __ru_nivcsw_word: __syscall_slong_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of rusage__bindgen_ty_14"][::core::mem::size_of::<rusage__bindgen_ty_14>() - 8usize];
    ["Alignment of rusage__bindgen_ty_14"]
        [::core::mem::align_of::<rusage__bindgen_ty_14>() - 8usize];
    ["Offset of field: rusage__bindgen_ty_14::ru_nivcsw"]
        [::core::mem::offset_of!(rusage__bindgen_ty_14, ru_nivcsw) - 0usize];
    ["Offset of field: rusage__bindgen_ty_14::__ru_nivcsw_word"]
        [::core::mem::offset_of!(rusage__bindgen_ty_14, __ru_nivcsw_word) - 0usize];
};
impl Default for rusage__bindgen_ty_14 {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of rusage"][::core::mem::size_of::<rusage>() - 144usize];
    ["Alignment of rusage"][::core::mem::align_of::<rusage>() - 8usize];
    ["Offset of field: rusage::ru_utime"][::core::mem::offset_of!(rusage, ru_utime) - 0usize];
    ["Offset of field: rusage::ru_stime"][::core::mem::offset_of!(rusage, ru_stime) - 16usize];
};
impl Default for rusage {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct utsname {
    pub sysname: [::core::ffi::c_char; 1024usize],
    pub nodename: [::core::ffi::c_char; 1024usize],
    pub release: [::core::ffi::c_char; 1024usize],
    pub version: [::core::ffi::c_char; 1024usize],
    pub machine: [::core::ffi::c_char; 1024usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of utsname"][::core::mem::size_of::<utsname>() - 5120usize];
    ["Alignment of utsname"][::core::mem::align_of::<utsname>() - 1usize];
    ["Offset of field: utsname::sysname"][::core::mem::offset_of!(utsname, sysname) - 0usize];
    ["Offset of field: utsname::nodename"][::core::mem::offset_of!(utsname, nodename) - 1024usize];
    ["Offset of field: utsname::release"][::core::mem::offset_of!(utsname, release) - 2048usize];
    ["Offset of field: utsname::version"][::core::mem::offset_of!(utsname, version) - 3072usize];
    ["Offset of field: utsname::machine"][::core::mem::offset_of!(utsname, machine) - 4096usize];
};
impl Default for utsname {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct flock64 {
    pub l_type: ::core::ffi::c_short,
    pub l_whence: ::core::ffi::c_short,
    pub l_start: __off64_t,
    pub l_len: __off64_t,
    pub l_pid: __pid_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of flock64"][::core::mem::size_of::<flock64>() - 32usize];
    ["Alignment of flock64"][::core::mem::align_of::<flock64>() - 8usize];
    ["Offset of field: flock64::l_type"][::core::mem::offset_of!(flock64, l_type) - 0usize];
    ["Offset of field: flock64::l_whence"][::core::mem::offset_of!(flock64, l_whence) - 2usize];
    ["Offset of field: flock64::l_start"][::core::mem::offset_of!(flock64, l_start) - 8usize];
    ["Offset of field: flock64::l_len"][::core::mem::offset_of!(flock64, l_len) - 16usize];
    ["Offset of field: flock64::l_pid"][::core::mem::offset_of!(flock64, l_pid) - 24usize];
};
unsafe extern "C" {
    pub fn auth_getids(
        handle: auth_t,
        euids: *mut idarray_t,
        euidsCnt: *mut mach_msg_type_number_t,
        auids: *mut idarray_t,
        auidsCnt: *mut mach_msg_type_number_t,
        egids: *mut idarray_t,
        egidsCnt: *mut mach_msg_type_number_t,
        agids: *mut idarray_t,
        agidsCnt: *mut mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn auth_makeauth(
        handle: auth_t,
        other_handles: const_portarray_t,
        other_handlesPoly: mach_msg_type_name_t,
        other_handlesCnt: mach_msg_type_number_t,
        euids: const_idarray_t,
        euidsCnt: mach_msg_type_number_t,
        auids: const_idarray_t,
        auidsCnt: mach_msg_type_number_t,
        egids: const_idarray_t,
        egidsCnt: mach_msg_type_number_t,
        agids: const_idarray_t,
        agidsCnt: mach_msg_type_number_t,
        newhandle: *mut mach_port_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn auth_user_authenticate(
        handle: auth_t,
        rendezvous: mach_port_t,
        rendezvousPoly: mach_msg_type_name_t,
        newport: *mut mach_port_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn auth_server_authenticate(
        handle: auth_t,
        rendezvous: mach_port_t,
        rendezvousPoly: mach_msg_type_name_t,
        newport: mach_port_t,
        newportPoly: mach_msg_type_name_t,
        euids: *mut idarray_t,
        euidsCnt: *mut mach_msg_type_number_t,
        auids: *mut idarray_t,
        auidsCnt: *mut mach_msg_type_number_t,
        egids: *mut idarray_t,
        egidsCnt: *mut mach_msg_type_number_t,
        agids: *mut idarray_t,
        agidsCnt: *mut mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_getprivports(
        process: process_t,
        host_priv: *mut mach_port_t,
        device_master: *mut mach_port_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_getallpids(
        process: process_t,
        pidarray: *mut pidarray_t,
        pidarrayCnt: *mut mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_setexecdata(
        process: process_t,
        ports: const_portarray_t,
        portsPoly: mach_msg_type_name_t,
        portsCnt: mach_msg_type_number_t,
        ints: const_intarray_t,
        intsCnt: mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_getexecdata(
        process: process_t,
        ports: *mut portarray_t,
        portsCnt: *mut mach_msg_type_number_t,
        ints: *mut intarray_t,
        intsCnt: *mut mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_execdata_notify(
        process: process_t,
        notify: mach_port_t,
        notifyPoly: mach_msg_type_name_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_uname(process: process_t, uname: *mut utsname_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_register_version(
        process: process_t,
        credential: mach_port_t,
        name: const_string_t,
        release: const_string_t,
        version: const_string_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_reauthenticate(
        process: process_t,
        rendezvous: mach_port_t,
        rendezvousPoly: mach_msg_type_name_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_child(process: process_t, child: mach_port_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_setmsgport(
        process: process_t,
        newmsgport: mach_port_t,
        oldmsgport: *mut mach_port_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_reassign(process: process_t, newtask: mach_port_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_setowner(
        process: process_t,
        owner: uid_t,
        clear: ::core::ffi::c_int,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_getpids(
        process: process_t,
        pid: *mut pid_t,
        ppid: *mut pid_t,
        orphaned: *mut ::core::ffi::c_int,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_set_arg_locations(
        process: process_t,
        argv: vm_address_t,
        envp: vm_address_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_get_arg_locations(
        process: process_t,
        argv: *mut vm_address_t,
        envp: *mut vm_address_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_getmsgport(
        process: process_t,
        pid: pid_t,
        msgport: *mut mach_port_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_wait(
        process: process_t,
        pid: pid_t,
        options: ::core::ffi::c_int,
        status: *mut ::core::ffi::c_int,
        sigcode: *mut ::core::ffi::c_int,
        rusage: *mut rusage_t,
        pid_status: *mut pid_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_dostop(process: process_t, contthread: mach_port_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_handle_exceptions(
        process: process_t,
        msgport: mach_port_t,
        forwardport: mach_port_t,
        forwardportPoly: mach_msg_type_name_t,
        flavor: ::core::ffi::c_int,
        new_state: thread_state_t,
        new_stateCnt: mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_mark_stop(
        process: process_t,
        signo: ::core::ffi::c_int,
        sigcode: ::core::ffi::c_int,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_mark_cont(process: process_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_mark_exit(
        process: process_t,
        status: ::core::ffi::c_int,
        sigcode: ::core::ffi::c_int,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_mark_exec(process: process_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_mark_traced(process: process_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_mod_stopchild(process: process_t, doit: ::core::ffi::c_int) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_pid2task(process: process_t, pid: pid_t, task: *mut mach_port_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_task2pid(process: process_t, task: mach_port_t, pid: *mut pid_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_task2proc(
        process: process_t,
        task: mach_port_t,
        proc_: *mut mach_port_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_proc2task(process: process_t, task: *mut mach_port_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_pid2proc(process: process_t, pid: pid_t, proc_: *mut mach_port_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_getprocinfo(
        process: process_t,
        which: pid_t,
        flags: *mut ::core::ffi::c_int,
        procinfo: *mut procinfo_t,
        procinfoCnt: *mut mach_msg_type_number_t,
        threadwaits: *mut data_t,
        threadwaitsCnt: *mut mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_getprocargs(
        process: process_t,
        which: pid_t,
        procargs: *mut data_t,
        procargsCnt: *mut mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_getprocenv(
        process: process_t,
        which: pid_t,
        procenv: *mut data_t,
        procenvCnt: *mut mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_make_login_coll(process: process_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_getloginid(process: process_t, pid: pid_t, login_id: *mut pid_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_getloginpids(
        process: process_t,
        id: pid_t,
        pids: *mut pidarray_t,
        pidsCnt: *mut mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_setlogin(process: process_t, logname: const_string_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_getlogin(process: process_t, logname: *mut ::core::ffi::c_char) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_setsid(process: process_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_getsid(process: process_t, pid: pid_t, sid: *mut pid_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_getsessionpgids(
        process: process_t,
        sid: pid_t,
        pgidset: *mut pidarray_t,
        pgidsetCnt: *mut mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_getsessionpids(
        process: process_t,
        sid: pid_t,
        pidset: *mut pidarray_t,
        pidsetCnt: *mut mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_getsidport(process: process_t, sessport: *mut mach_port_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_setpgrp(process: process_t, pid: pid_t, pgrp: pid_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_getpgrp(process: process_t, pid: pid_t, pgrp: *mut pid_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_getpgrppids(
        process: process_t,
        pgrp: pid_t,
        pidset: *mut pidarray_t,
        pidsetCnt: *mut mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_get_tty(
        calling_process: process_t,
        target_process: pid_t,
        tty: *mut mach_port_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_getnports(
        process: process_t,
        which: pid_t,
        nports: *mut mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_set_init_task(process: process_t, task: mach_port_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_mark_important(process: process_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_is_important(process: process_t, essential: *mut boolean_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_set_code(
        process: process_t,
        start_code: vm_address_t,
        end_code: vm_address_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_get_code(
        process: process_t,
        start_code: *mut vm_address_t,
        end_code: *mut vm_address_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_make_task_namespace(
        process: process_t,
        notify: mach_port_t,
        notifyPoly: mach_msg_type_name_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_set_exe(process: process_t, path: const_string_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_get_exe(
        process: process_t,
        which: pid_t,
        path: *mut ::core::ffi::c_char,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_set_entry(process: process_t, entry: vm_address_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_get_entry(process: process_t, entry: *mut vm_address_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_waitid(
        process: process_t,
        pid: pid_t,
        options: ::core::ffi::c_int,
        status: *mut ::core::ffi::c_int,
        sigcode: *mut ::core::ffi::c_int,
        rusage: *mut rusage_t,
        pid_status: *mut pid_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_reauthenticate_reassign(
        old_process: process_t,
        rendezvous: mach_port_t,
        rendezvousPoly: mach_msg_type_name_t,
        new_task: mach_port_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_reauthenticate_complete(process: process_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn proc_getchildren_rusage(
        process: process_t,
        children_rusage: *mut rusage_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn file_exec(
        exec_file: file_t,
        exec_task: mach_port_t,
        flags: ::core::ffi::c_int,
        argv: const_data_t,
        argvCnt: mach_msg_type_number_t,
        envp: const_data_t,
        envpCnt: mach_msg_type_number_t,
        fdarray: const_portarray_t,
        fdarrayPoly: mach_msg_type_name_t,
        fdarrayCnt: mach_msg_type_number_t,
        portarray: const_portarray_t,
        portarrayPoly: mach_msg_type_name_t,
        portarrayCnt: mach_msg_type_number_t,
        intarray: const_intarray_t,
        intarrayCnt: mach_msg_type_number_t,
        deallocnames: const_mach_port_name_array_t,
        deallocnamesCnt: mach_msg_type_number_t,
        destroynames: const_mach_port_name_array_t,
        destroynamesCnt: mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn file_chown(chown_file: file_t, new_owner: uid_t, new_group: gid_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn file_chauthor(chauth_file: file_t, new_author: uid_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn file_chmod(chmod_file: file_t, new_mode: mode_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn file_chflags(chflags_file: file_t, new_flags: ::core::ffi::c_int) -> kern_return_t;
}
unsafe extern "C" {
    pub fn file_utimes(
        utimes_file: file_t,
        new_atime: time_value_t,
        new_mtime: time_value_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn file_set_size(trunc_file: file_t, new_size: __loff_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn file_lock(lock_file: file_t, flags: ::core::ffi::c_int) -> kern_return_t;
}
unsafe extern "C" {
    pub fn file_lock_stat(
        lock_file: file_t,
        mystatus: *mut ::core::ffi::c_int,
        otherstatus: *mut ::core::ffi::c_int,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn file_check_access(file: file_t, allowed: *mut ::core::ffi::c_int) -> kern_return_t;
}
unsafe extern "C" {
    pub fn file_notice_changes(
        file: file_t,
        port: mach_port_t,
        portPoly: mach_msg_type_name_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn file_getcontrol(file: file_t, control: *mut mach_port_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn file_statfs(file: file_t, info: *mut fsys_statfsbuf_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn file_sync(
        file: file_t,
        wait: ::core::ffi::c_int,
        omit_metadata: ::core::ffi::c_int,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn file_syncfs(
        file: file_t,
        wait: ::core::ffi::c_int,
        do_children: ::core::ffi::c_int,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn file_get_storage_info(
        file: file_t,
        ports: *mut portarray_t,
        portsCnt: *mut mach_msg_type_number_t,
        ints: *mut intarray_t,
        intsCnt: *mut mach_msg_type_number_t,
        offsets: *mut off_array_t,
        offsetsCnt: *mut mach_msg_type_number_t,
        data: *mut data_t,
        dataCnt: *mut mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn file_getlinknode(file: file_t, linknode: *mut mach_port_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn file_getfh(
        file: file_t,
        filehandle: *mut data_t,
        filehandleCnt: *mut mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn dir_lookup(
        start_dir: file_t,
        file_name: const_string_t,
        flags: ::core::ffi::c_int,
        mode: mode_t,
        do_retry: *mut retry_type,
        retry_name: *mut ::core::ffi::c_char,
        result: *mut mach_port_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn dir_readdir(
        dir: file_t,
        data: *mut data_t,
        dataCnt: *mut mach_msg_type_number_t,
        entry: ::core::ffi::c_int,
        nentries: ::core::ffi::c_int,
        bufsiz: vm_size_t,
        amount: *mut ::core::ffi::c_int,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn dir_mkdir(directory: file_t, name: const_string_t, mode: mode_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn dir_rmdir(directory: file_t, name: const_string_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn dir_unlink(directory: file_t, name: const_string_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn dir_link(
        dir: file_t,
        file: file_t,
        name: const_string_t,
        excl: ::core::ffi::c_int,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn dir_rename(
        olddirectory: file_t,
        oldname: const_string_t,
        newdirectory: file_t,
        newname: const_string_t,
        excl: ::core::ffi::c_int,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn dir_mkfile(
        directory: file_t,
        flags: ::core::ffi::c_int,
        mode: mode_t,
        newnode: *mut mach_port_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn dir_notice_changes(
        directory: file_t,
        port: mach_port_t,
        portPoly: mach_msg_type_name_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn file_set_translator(
        file: file_t,
        passive_flags: ::core::ffi::c_int,
        active_flags: ::core::ffi::c_int,
        oldtrans_flags: ::core::ffi::c_int,
        passive: const_data_t,
        passiveCnt: mach_msg_type_number_t,
        active: mach_port_t,
        activePoly: mach_msg_type_name_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn file_get_translator(
        file: file_t,
        translator: *mut data_t,
        translatorCnt: *mut mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn file_get_translator_cntl(
        file: file_t,
        translator_cntl: *mut mach_port_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn file_get_fs_options(
        file: file_t,
        options: *mut data_t,
        optionsCnt: *mut mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn file_reparent(
        file: file_t,
        parent: mach_port_t,
        new_file: *mut mach_port_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn file_exec_paths(
        exec_file: file_t,
        exec_task: mach_port_t,
        flags: ::core::ffi::c_int,
        path: const_string_t,
        abspath: const_string_t,
        argv: const_data_t,
        argvCnt: mach_msg_type_number_t,
        envp: const_data_t,
        envpCnt: mach_msg_type_number_t,
        fdarray: const_portarray_t,
        fdarrayPoly: mach_msg_type_name_t,
        fdarrayCnt: mach_msg_type_number_t,
        portarray: const_portarray_t,
        portarrayPoly: mach_msg_type_name_t,
        portarrayCnt: mach_msg_type_number_t,
        intarray: const_intarray_t,
        intarrayCnt: mach_msg_type_number_t,
        deallocnames: const_mach_port_name_array_t,
        deallocnamesCnt: mach_msg_type_number_t,
        destroynames: const_mach_port_name_array_t,
        destroynamesCnt: mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn file_utimens(
        utimes_file: file_t,
        new_atime: timespec_t,
        new_mtime: timespec_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn file_record_lock(
        file: file_t,
        cmd: ::core::ffi::c_int,
        flock64: *mut flock_t,
        rendezvous: mach_port_t,
        rendezvousPoly: mach_msg_type_name_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn io_write(
        io_object: io_t,
        data: const_data_t,
        dataCnt: mach_msg_type_number_t,
        offset: __loff_t,
        amount: *mut vm_size_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn io_read(
        io_object: io_t,
        data: *mut data_t,
        dataCnt: *mut mach_msg_type_number_t,
        offset: __loff_t,
        amount: vm_size_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn io_seek(
        io_object: io_t,
        offset: __loff_t,
        whence: ::core::ffi::c_int,
        newp: *mut __loff_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn io_readable(io_object: io_t, amount: *mut vm_size_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn io_set_all_openmodes(io_object: io_t, newbits: ::core::ffi::c_int) -> kern_return_t;
}
unsafe extern "C" {
    pub fn io_get_openmodes(io_object: io_t, bits: *mut ::core::ffi::c_int) -> kern_return_t;
}
unsafe extern "C" {
    pub fn io_set_some_openmodes(io_object: io_t, bits_to_set: ::core::ffi::c_int)
    -> kern_return_t;
}
unsafe extern "C" {
    pub fn io_clear_some_openmodes(
        io_object: io_t,
        bits_to_clear: ::core::ffi::c_int,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn io_async(
        io_object: io_t,
        notify_port: mach_port_t,
        notify_portPoly: mach_msg_type_name_t,
        async_id_port: *mut mach_port_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn io_mod_owner(io_object: io_t, owner: pid_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn io_get_owner(io_object: io_t, owner: *mut pid_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn io_get_icky_async_id(
        io_object: io_t,
        icky_async_id_port: *mut mach_port_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn io_select(
        io_object: io_t,
        reply: mach_port_t,
        timeout: natural_t,
        select_type: *mut ::core::ffi::c_int,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn io_stat(stat_object: io_t, stat_info: *mut io_statbuf_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn io_reauthenticate(
        auth_object: io_t,
        rendezvous2: mach_port_t,
        rendezvous2Poly: mach_msg_type_name_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn io_restrict_auth(
        io_object: io_t,
        new_object: *mut mach_port_t,
        uids: const_idarray_t,
        uidsCnt: mach_msg_type_number_t,
        gids: const_idarray_t,
        gidsCnt: mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn io_duplicate(io_object: io_t, newport: *mut mach_port_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn io_server_version(
        vers_object: io_t,
        server_name: *mut ::core::ffi::c_char,
        server_major_version: *mut ::core::ffi::c_int,
        server_minor_version: *mut ::core::ffi::c_int,
        server_edit_level: *mut ::core::ffi::c_int,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn io_map(
        io_object: io_t,
        memobjrd: *mut mach_port_t,
        memobjwt: *mut mach_port_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn io_map_cntl(io_object: io_t, memobj: *mut mach_port_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn io_get_conch(io_object: io_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn io_release_conch(io_object: io_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn io_eofnotify(io_object: io_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn io_prenotify(
        io_object: io_t,
        write_start: vm_offset_t,
        write_end: vm_offset_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn io_postnotify(
        io_object: io_t,
        write_start: vm_offset_t,
        write_end: vm_offset_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn io_readnotify(io_object: io_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn io_readsleep(io_object: io_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn io_sigio(io_object: io_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn io_pathconf(
        io_object: io_t,
        name: ::core::ffi::c_int,
        value: *mut ::core::ffi::c_int,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn io_identity(
        io_object: io_t,
        idport: *mut mach_port_t,
        fsidport: *mut mach_port_t,
        fileno: *mut __ino64_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn io_revoke(io_object: io_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn io_select_timeout(
        io_object: io_t,
        reply: mach_port_t,
        timeout: timespec_t,
        select_type: *mut ::core::ffi::c_int,
    ) -> kern_return_t;
}
pub type __jmp_buf = [::core::ffi::c_long; 8usize];
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct __jmp_buf_tag {
    pub __jmpbuf: __jmp_buf,
    pub __mask_was_saved: ::core::ffi::c_int,
    pub __saved_mask: __sigset_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of __jmp_buf_tag"][::core::mem::size_of::<__jmp_buf_tag>() - 80usize];
    ["Alignment of __jmp_buf_tag"][::core::mem::align_of::<__jmp_buf_tag>() - 8usize];
    ["Offset of field: __jmp_buf_tag::__jmpbuf"]
        [::core::mem::offset_of!(__jmp_buf_tag, __jmpbuf) - 0usize];
    ["Offset of field: __jmp_buf_tag::__mask_was_saved"]
        [::core::mem::offset_of!(__jmp_buf_tag, __mask_was_saved) - 64usize];
    ["Offset of field: __jmp_buf_tag::__saved_mask"]
        [::core::mem::offset_of!(__jmp_buf_tag, __saved_mask) - 72usize];
};
pub type jmp_buf = [__jmp_buf_tag; 1usize];
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct hurd_userlink {
    pub resource: hurd_userlink__bindgen_ty_1,
    pub thread: hurd_userlink__bindgen_ty_1,
    pub cleanup: ::core::option::Option<
        unsafe extern "C" fn(
            cleanup_data: *mut ::core::ffi::c_void,
            env: *mut __jmp_buf_tag,
            val: ::core::ffi::c_int,
        ),
    >,
    pub cleanup_data: *mut ::core::ffi::c_void,
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct hurd_userlink__bindgen_ty_1 {
    pub next: *mut hurd_userlink,
    pub prevp: *mut *mut hurd_userlink,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of hurd_userlink__bindgen_ty_1"]
        [::core::mem::size_of::<hurd_userlink__bindgen_ty_1>() - 16usize];
    ["Alignment of hurd_userlink__bindgen_ty_1"]
        [::core::mem::align_of::<hurd_userlink__bindgen_ty_1>() - 8usize];
    ["Offset of field: hurd_userlink__bindgen_ty_1::next"]
        [::core::mem::offset_of!(hurd_userlink__bindgen_ty_1, next) - 0usize];
    ["Offset of field: hurd_userlink__bindgen_ty_1::prevp"]
        [::core::mem::offset_of!(hurd_userlink__bindgen_ty_1, prevp) - 8usize];
};
impl Default for hurd_userlink__bindgen_ty_1 {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of hurd_userlink"][::core::mem::size_of::<hurd_userlink>() - 48usize];
    ["Alignment of hurd_userlink"][::core::mem::align_of::<hurd_userlink>() - 8usize];
    ["Offset of field: hurd_userlink::resource"]
        [::core::mem::offset_of!(hurd_userlink, resource) - 0usize];
    ["Offset of field: hurd_userlink::thread"]
        [::core::mem::offset_of!(hurd_userlink, thread) - 16usize];
    ["Offset of field: hurd_userlink::cleanup"]
        [::core::mem::offset_of!(hurd_userlink, cleanup) - 32usize];
    ["Offset of field: hurd_userlink::cleanup_data"]
        [::core::mem::offset_of!(hurd_userlink, cleanup_data) - 40usize];
};
impl Default for hurd_userlink {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
unsafe extern "C" {
    pub fn _hurd_userlink_link(chainp: *mut *mut hurd_userlink, link: *mut hurd_userlink);
}
unsafe extern "C" {
    pub fn _hurd_userlink_unlink(link: *mut hurd_userlink) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn _hurd_userlink_move(new_link: *mut hurd_userlink, link: *mut hurd_userlink);
}
unsafe extern "C" {
    pub fn _hurd_userlink_clear(chainp: *mut *mut hurd_userlink) -> ::core::ffi::c_int;
}
pub type __spin_lock_t = ::core::ffi::c_uint;
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct mutex {
    pub __held: __spin_lock_t,
    pub __lock: __spin_lock_t,
    pub __name: *const ::core::ffi::c_char,
    pub __head: *mut ::core::ffi::c_void,
    pub __tail: *mut ::core::ffi::c_void,
    pub __holder: *mut ::core::ffi::c_void,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of mutex"][::core::mem::size_of::<mutex>() - 40usize];
    ["Alignment of mutex"][::core::mem::align_of::<mutex>() - 8usize];
    ["Offset of field: mutex::__held"][::core::mem::offset_of!(mutex, __held) - 0usize];
    ["Offset of field: mutex::__lock"][::core::mem::offset_of!(mutex, __lock) - 4usize];
    ["Offset of field: mutex::__name"][::core::mem::offset_of!(mutex, __name) - 8usize];
    ["Offset of field: mutex::__head"][::core::mem::offset_of!(mutex, __head) - 16usize];
    ["Offset of field: mutex::__tail"][::core::mem::offset_of!(mutex, __tail) - 24usize];
    ["Offset of field: mutex::__holder"][::core::mem::offset_of!(mutex, __holder) - 32usize];
};
impl Default for mutex {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
pub type spin_lock_t = __spin_lock_t;
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct hurd_port {
    pub lock: spin_lock_t,
    pub users: *mut hurd_userlink,
    pub port: mach_port_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of hurd_port"][::core::mem::size_of::<hurd_port>() - 24usize];
    ["Alignment of hurd_port"][::core::mem::align_of::<hurd_port>() - 8usize];
    ["Offset of field: hurd_port::lock"][::core::mem::offset_of!(hurd_port, lock) - 0usize];
    ["Offset of field: hurd_port::users"][::core::mem::offset_of!(hurd_port, users) - 8usize];
    ["Offset of field: hurd_port::port"][::core::mem::offset_of!(hurd_port, port) - 16usize];
};
impl Default for hurd_port {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
unsafe extern "C" {
    pub fn _hurd_port_init(port: *mut hurd_port, init: mach_port_t);
}
unsafe extern "C" {
    pub fn _hurd_port_cleanup(
        arg1: *mut ::core::ffi::c_void,
        arg2: *mut __jmp_buf_tag,
        arg3: ::core::ffi::c_int,
    );
}
unsafe extern "C" {
    pub fn _hurd_port_locked_get(port: *mut hurd_port, link: *mut hurd_userlink) -> mach_port_t;
}
unsafe extern "C" {
    pub fn _hurd_port_get(port: *mut hurd_port, link: *mut hurd_userlink) -> mach_port_t;
}
unsafe extern "C" {
    pub fn _hurd_port_move(
        port: *mut hurd_port,
        new_link: *mut hurd_userlink,
        link: *mut hurd_userlink,
    );
}
unsafe extern "C" {
    pub fn _hurd_port_free(port: *mut hurd_port, link: *mut hurd_userlink, used_port: mach_port_t);
}
unsafe extern "C" {
    pub fn _hurd_port_locked_set(port: *mut hurd_port, newport: mach_port_t);
}
unsafe extern "C" {
    pub fn _hurd_port_set(port: *mut hurd_port, newport: mach_port_t);
}
unsafe extern "C" {
    pub static mut _hurd_exec_flags: ::core::ffi::c_int;
}
unsafe extern "C" {
    pub static mut _hurd_ports: *mut hurd_port;
}
unsafe extern "C" {
    pub static mut _hurd_nports: ::core::ffi::c_uint;
}
unsafe extern "C" {
    pub static mut _hurd_umask: mode_t;
}
unsafe extern "C" {
    pub static mut _hurdsig_traced: sigset_t;
}
unsafe extern "C" {
    pub fn _hurd_ports_use(
        which: ::core::ffi::c_int,
        operate: ::core::option::Option<unsafe extern "C" fn(arg1: mach_port_t) -> error_t>,
    ) -> error_t;
}
unsafe extern "C" {
    pub static mut _hurd_stack_base: vm_address_t;
}
unsafe extern "C" {
    pub static mut _hurd_stack_size: vm_size_t;
}
unsafe extern "C" {
    pub static mut _hurd_init_dtable: *mut mach_port_t;
}
unsafe extern "C" {
    pub static mut _hurd_init_dtablesize: mach_msg_type_number_t;
}
unsafe extern "C" {
    pub static mut _hurd_pid: pid_t;
}
unsafe extern "C" {
    pub static mut _hurd_ppid: pid_t;
}
unsafe extern "C" {
    pub static mut _hurd_pgrp: pid_t;
}
unsafe extern "C" {
    pub static mut _hurd_orphaned: ::core::ffi::c_int;
}
unsafe extern "C" {
    pub static mut _hurd_pids_changed_stamp: ::core::ffi::c_uint;
}
unsafe extern "C" {
    pub static mut _hurd_brk: vm_address_t;
}
unsafe extern "C" {
    pub static mut _hurd_data_end: vm_address_t;
}
unsafe extern "C" {
    pub static mut _hurd_brk_lock: mutex;
}
unsafe extern "C" {
    pub fn _hurd_set_brk(newbrk: vm_address_t) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn _hurd_ports_get(which: ::core::ffi::c_uint, result: *mut mach_port_t) -> error_t;
}
unsafe extern "C" {
    pub fn _hurd_ports_set(which: ::core::ffi::c_uint, newport: mach_port_t) -> error_t;
}
unsafe extern "C" {
    pub fn getproc() -> process_t;
}
unsafe extern "C" {
    pub fn getcwdir() -> file_t;
}
unsafe extern "C" {
    pub fn getcrdir() -> file_t;
}
unsafe extern "C" {
    pub fn getauth() -> auth_t;
}
unsafe extern "C" {
    pub fn getcttyid() -> mach_port_t;
}
unsafe extern "C" {
    pub fn setproc(arg1: process_t) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn setcwdir(arg1: file_t) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn setcrdir(arg1: file_t) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn setcttyid(arg1: mach_port_t) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn setauth(arg1: auth_t) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn _hurd_change_directory_port_from_name(
        portcell: *mut hurd_port,
        name: *const ::core::ffi::c_char,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn _hurd_change_directory_port_from_fd(
        portcell: *mut hurd_port,
        fd: ::core::ffi::c_int,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn geteuids(__n: ::core::ffi::c_int, __uidset: *mut uid_t) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn seteuids(__n: ::core::ffi::c_int, __uidset: *const uid_t) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn file_name_split(
        file: *const ::core::ffi::c_char,
        name: *mut *mut ::core::ffi::c_char,
    ) -> file_t;
}
unsafe extern "C" {
    pub fn directory_name_split(
        file: *const ::core::ffi::c_char,
        name: *mut *mut ::core::ffi::c_char,
    ) -> file_t;
}
unsafe extern "C" {
    pub fn file_name_lookup(
        file: *const ::core::ffi::c_char,
        flags: ::core::ffi::c_int,
        mode: mode_t,
    ) -> file_t;
}
unsafe extern "C" {
    pub fn file_name_lookup_under(
        startdir: file_t,
        file: *const ::core::ffi::c_char,
        flags: ::core::ffi::c_int,
        mode: mode_t,
    ) -> file_t;
}
unsafe extern "C" {
    pub fn file_name_path_lookup(
        file_name: *const ::core::ffi::c_char,
        path: *const ::core::ffi::c_char,
        flags: ::core::ffi::c_int,
        mode: mode_t,
        prefixed_name: *mut *mut ::core::ffi::c_char,
    ) -> file_t;
}
unsafe extern "C" {
    pub fn openport(port: io_t, flags: ::core::ffi::c_int) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn fopenport(port: io_t, mode: *const ::core::ffi::c_char) -> *mut FILE;
}
unsafe extern "C" {
    pub fn _hurd_exec(
        task: task_t,
        file: file_t,
        argv: *const *mut ::core::ffi::c_char,
        envp: *const *mut ::core::ffi::c_char,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn _hurd_exec_paths(
        task: task_t,
        file: file_t,
        path: *const ::core::ffi::c_char,
        abspath: *const ::core::ffi::c_char,
        argv: *const *mut ::core::ffi::c_char,
        envp: *const *mut ::core::ffi::c_char,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn _hurd_exit(status: ::core::ffi::c_int) -> !;
}
unsafe extern "C" {
    pub fn _hurd_init(
        flags: ::core::ffi::c_int,
        argv: *mut *mut ::core::ffi::c_char,
        portarray: *mut mach_port_t,
        portarraysize: usize,
        intarray: *mut ::core::ffi::c_int,
        intarraysize: usize,
    );
}
unsafe extern "C" {
    pub fn _hurd_libc_proc_init(argv: *mut *mut ::core::ffi::c_char);
}
unsafe extern "C" {
    pub fn _hurd_proc_init(
        argv: *mut *mut ::core::ffi::c_char,
        intarray: *const ::core::ffi::c_int,
        intarraysize: usize,
    );
}
unsafe extern "C" {
    pub fn _hurd_socket_server(domain: ::core::ffi::c_int, dead: ::core::ffi::c_int) -> socket_t;
}
unsafe extern "C" {
    pub fn _hurd_sig_post(pid: pid_t, sig: ::core::ffi::c_int, refport: mach_port_t) -> error_t;
}
unsafe extern "C" {
    pub fn hurd_sig_post(pid: pid_t, sig: ::core::ffi::c_int, refport: mach_port_t) -> error_t;
}
unsafe extern "C" {
    pub fn get_privileged_ports(
        host_priv_ptr: *mut mach_port_t,
        device_master_ptr: *mut device_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub static mut _hurd_host_priv: mach_port_t;
}
unsafe extern "C" {
    pub static mut _hurd_device_master: mach_port_t;
}
unsafe extern "C" {
    pub fn task2pid(task: task_t) -> pid_t;
}
unsafe extern "C" {
    pub fn pid2task(pid: pid_t) -> task_t;
}
unsafe extern "C" {
    pub fn hurd_thread_self() -> thread_t;
}
unsafe extern "C" {
    pub fn hurd_thread_cancel(thread: thread_t) -> error_t;
}
unsafe extern "C" {
    pub fn hurd_check_cancel() -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn getdport(fd: ::core::ffi::c_int) -> io_t;
}
pub type __gnuc_va_list = __builtin_va_list;
unsafe extern "C" {
    pub fn vpprintf(
        port: io_t,
        format: *const ::core::ffi::c_char,
        arg: *mut __va_list_tag,
    ) -> ::core::ffi::c_int;
}
#[repr(C)]
#[derive(Debug)]
pub struct shared_io {
    pub shared_page_magic: ::core::ffi::c_int,
    pub lock: pthread_spinlock_t,
    pub conch_status: shared_io__bindgen_ty_1,
    pub append_mode: ::core::ffi::c_int,
    pub eof_notify: ::core::ffi::c_int,
    pub do_sigio: ::core::ffi::c_int,
    pub use_file_size: ::core::ffi::c_int,
    pub use_read_size: ::core::ffi::c_int,
    pub read_size: loff_t,
    pub optimal_transfer_size: blksize_t,
    pub read_block_reason: shared_io__bindgen_ty_2,
    pub seekable: ::core::ffi::c_int,
    pub use_prenotify_size: ::core::ffi::c_int,
    pub use_postnotify_size: ::core::ffi::c_int,
    pub use_readnotify_size: ::core::ffi::c_int,
    pub prenotify_size: loff_t,
    pub postnotify_size: loff_t,
    pub readnotify_size: loff_t,
    pub rd_file_pointer: loff_t,
    pub wr_file_pointer: loff_t,
    pub xx_file_pointer: loff_t,
    pub file_size: loff_t,
    pub written: ::core::ffi::c_int,
    pub accessed: ::core::ffi::c_int,
    pub indexes_changed: ::core::ffi::c_int,
    pub use_structure: ::core::ffi::c_int,
    pub structure: __IncompleteArrayField<shared_io_iomap_structure>,
}
pub const USER_HAS_CONCH: shared_io__bindgen_ty_1 = 0;
pub const USER_COULD_HAVE_CONCH: shared_io__bindgen_ty_1 = 1;
pub const USER_RELEASE_CONCH: shared_io__bindgen_ty_1 = 2;
pub const USER_HAS_NOT_CONCH: shared_io__bindgen_ty_1 = 3;
pub type shared_io__bindgen_ty_1 = ::core::ffi::c_uint;
pub const RBR_NO_DATA: shared_io__bindgen_ty_2 = 0;
pub const RBR_BUFFER_FULL: shared_io__bindgen_ty_2 = 1;
pub type shared_io__bindgen_ty_2 = ::core::ffi::c_uint;
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct shared_io_iomap_structure {
    pub file_pointer_start: ::core::ffi::c_int,
    pub object_start: ::core::ffi::c_int,
    pub auxil_length: ::core::ffi::c_int,
    pub data_length: ::core::ffi::c_int,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of shared_io_iomap_structure"]
        [::core::mem::size_of::<shared_io_iomap_structure>() - 16usize];
    ["Alignment of shared_io_iomap_structure"]
        [::core::mem::align_of::<shared_io_iomap_structure>() - 4usize];
    ["Offset of field: shared_io_iomap_structure::file_pointer_start"]
        [::core::mem::offset_of!(shared_io_iomap_structure, file_pointer_start) - 0usize];
    ["Offset of field: shared_io_iomap_structure::object_start"]
        [::core::mem::offset_of!(shared_io_iomap_structure, object_start) - 4usize];
    ["Offset of field: shared_io_iomap_structure::auxil_length"]
        [::core::mem::offset_of!(shared_io_iomap_structure, auxil_length) - 8usize];
    ["Offset of field: shared_io_iomap_structure::data_length"]
        [::core::mem::offset_of!(shared_io_iomap_structure, data_length) - 12usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of shared_io"][::core::mem::size_of::<shared_io>() - 144usize];
    ["Alignment of shared_io"][::core::mem::align_of::<shared_io>() - 8usize];
    ["Offset of field: shared_io::shared_page_magic"]
        [::core::mem::offset_of!(shared_io, shared_page_magic) - 0usize];
    ["Offset of field: shared_io::lock"][::core::mem::offset_of!(shared_io, lock) - 4usize];
    ["Offset of field: shared_io::conch_status"]
        [::core::mem::offset_of!(shared_io, conch_status) - 8usize];
    ["Offset of field: shared_io::append_mode"]
        [::core::mem::offset_of!(shared_io, append_mode) - 12usize];
    ["Offset of field: shared_io::eof_notify"]
        [::core::mem::offset_of!(shared_io, eof_notify) - 16usize];
    ["Offset of field: shared_io::do_sigio"]
        [::core::mem::offset_of!(shared_io, do_sigio) - 20usize];
    ["Offset of field: shared_io::use_file_size"]
        [::core::mem::offset_of!(shared_io, use_file_size) - 24usize];
    ["Offset of field: shared_io::use_read_size"]
        [::core::mem::offset_of!(shared_io, use_read_size) - 28usize];
    ["Offset of field: shared_io::read_size"]
        [::core::mem::offset_of!(shared_io, read_size) - 32usize];
    ["Offset of field: shared_io::optimal_transfer_size"]
        [::core::mem::offset_of!(shared_io, optimal_transfer_size) - 40usize];
    ["Offset of field: shared_io::read_block_reason"]
        [::core::mem::offset_of!(shared_io, read_block_reason) - 48usize];
    ["Offset of field: shared_io::seekable"]
        [::core::mem::offset_of!(shared_io, seekable) - 52usize];
    ["Offset of field: shared_io::use_prenotify_size"]
        [::core::mem::offset_of!(shared_io, use_prenotify_size) - 56usize];
    ["Offset of field: shared_io::use_postnotify_size"]
        [::core::mem::offset_of!(shared_io, use_postnotify_size) - 60usize];
    ["Offset of field: shared_io::use_readnotify_size"]
        [::core::mem::offset_of!(shared_io, use_readnotify_size) - 64usize];
    ["Offset of field: shared_io::prenotify_size"]
        [::core::mem::offset_of!(shared_io, prenotify_size) - 72usize];
    ["Offset of field: shared_io::postnotify_size"]
        [::core::mem::offset_of!(shared_io, postnotify_size) - 80usize];
    ["Offset of field: shared_io::readnotify_size"]
        [::core::mem::offset_of!(shared_io, readnotify_size) - 88usize];
    ["Offset of field: shared_io::rd_file_pointer"]
        [::core::mem::offset_of!(shared_io, rd_file_pointer) - 96usize];
    ["Offset of field: shared_io::wr_file_pointer"]
        [::core::mem::offset_of!(shared_io, wr_file_pointer) - 104usize];
    ["Offset of field: shared_io::xx_file_pointer"]
        [::core::mem::offset_of!(shared_io, xx_file_pointer) - 112usize];
    ["Offset of field: shared_io::file_size"]
        [::core::mem::offset_of!(shared_io, file_size) - 120usize];
    ["Offset of field: shared_io::written"][::core::mem::offset_of!(shared_io, written) - 128usize];
    ["Offset of field: shared_io::accessed"]
        [::core::mem::offset_of!(shared_io, accessed) - 132usize];
    ["Offset of field: shared_io::indexes_changed"]
        [::core::mem::offset_of!(shared_io, indexes_changed) - 136usize];
    ["Offset of field: shared_io::use_structure"]
        [::core::mem::offset_of!(shared_io, use_structure) - 140usize];
    ["Offset of field: shared_io::structure"]
        [::core::mem::offset_of!(shared_io, structure) - 144usize];
};
impl Default for shared_io {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct conch {
    pub lock: *mut pthread_mutex_t,
    pub wait: pthread_cond_t,
    pub holder: *mut ::core::ffi::c_void,
    pub holder_shared_page: *mut shared_io,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of conch"][::core::mem::size_of::<conch>() - 64usize];
    ["Alignment of conch"][::core::mem::align_of::<conch>() - 8usize];
    ["Offset of field: conch::lock"][::core::mem::offset_of!(conch, lock) - 0usize];
    ["Offset of field: conch::wait"][::core::mem::offset_of!(conch, wait) - 8usize];
    ["Offset of field: conch::holder"][::core::mem::offset_of!(conch, holder) - 48usize];
    ["Offset of field: conch::holder_shared_page"]
        [::core::mem::offset_of!(conch, holder_shared_page) - 56usize];
};
impl Default for conch {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
unsafe extern "C" {
    pub fn iohelp_initialize_conch(arg1: *mut conch, arg2: *mut pthread_mutex_t);
}
unsafe extern "C" {
    pub fn iohelp_handle_io_get_conch(
        arg1: *mut conch,
        arg2: *mut ::core::ffi::c_void,
        arg3: *mut shared_io,
    );
}
unsafe extern "C" {
    pub fn iohelp_get_conch(arg1: *mut conch);
}
unsafe extern "C" {
    pub fn iohelp_handle_io_release_conch(arg1: *mut conch, arg2: *mut ::core::ffi::c_void);
}
unsafe extern "C" {
    pub fn iohelp_verify_user_conch(arg1: *mut conch, arg2: *mut ::core::ffi::c_void) -> error_t;
}
unsafe extern "C" {
    pub fn iohelp_fetch_shared_data(arg1: *mut ::core::ffi::c_void);
}
unsafe extern "C" {
    pub fn iohelp_put_shared_data(arg1: *mut ::core::ffi::c_void);
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct idvec {
    pub ids: *mut uid_t,
    pub num: ::core::ffi::c_uint,
    pub alloced: ::core::ffi::c_uint,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of idvec"][::core::mem::size_of::<idvec>() - 16usize];
    ["Alignment of idvec"][::core::mem::align_of::<idvec>() - 8usize];
    ["Offset of field: idvec::ids"][::core::mem::offset_of!(idvec, ids) - 0usize];
    ["Offset of field: idvec::num"][::core::mem::offset_of!(idvec, num) - 8usize];
    ["Offset of field: idvec::alloced"][::core::mem::offset_of!(idvec, alloced) - 12usize];
};
impl Default for idvec {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
unsafe extern "C" {
    pub fn make_idvec() -> *mut idvec;
}
unsafe extern "C" {
    pub fn idvec_free_contents(idvec: *mut idvec);
}
unsafe extern "C" {
    pub fn idvec_free_wrapper(idvec: *mut idvec);
}
unsafe extern "C" {
    pub fn idvec_free(idvec: *mut idvec);
}
unsafe extern "C" {
    pub fn idvec_clear(idvec: *mut idvec);
}
unsafe extern "C" {
    pub fn idvec_is_empty(idvec: *const idvec) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn idvec_equal(idvec1: *const idvec, idvec2: *const idvec) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn idvec_ensure(idvec: *mut idvec, num: ::core::ffi::c_uint) -> error_t;
}
unsafe extern "C" {
    pub fn idvec_grow(idvec: *mut idvec, inc: ::core::ffi::c_uint) -> error_t;
}
unsafe extern "C" {
    pub fn idvec_tail_contains(
        idvec: *const idvec,
        pos: ::core::ffi::c_uint,
        id: uid_t,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn idvec_contains(idvec: *const idvec, id: uid_t) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn idvec_insert(idvec: *mut idvec, pos: ::core::ffi::c_uint, id: uid_t) -> error_t;
}
unsafe extern "C" {
    pub fn idvec_add(idvec: *mut idvec, id: uid_t) -> error_t;
}
unsafe extern "C" {
    pub fn idvec_add_new(idvec: *mut idvec, id: uid_t) -> error_t;
}
unsafe extern "C" {
    pub fn idvec_insert_new(idvec: *mut idvec, pos: ::core::ffi::c_uint, id: uid_t) -> error_t;
}
unsafe extern "C" {
    pub fn idvec_set_ids(idvec: *mut idvec, ids: *const uid_t, num: ::core::ffi::c_uint)
    -> error_t;
}
unsafe extern "C" {
    pub fn idvec_set(idvec: *mut idvec, new: *const idvec) -> error_t;
}
unsafe extern "C" {
    pub fn idvec_merge_ids(
        idvec: *mut idvec,
        ids: *const uid_t,
        num: ::core::ffi::c_uint,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn idvec_merge(idvec: *mut idvec, new: *const idvec) -> error_t;
}
unsafe extern "C" {
    pub fn idvec_subtract(idvec: *mut idvec, sub: *const idvec) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn idvec_keep(idvec: *mut idvec, keep: *const idvec) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn idvec_remove(
        idvec: *mut idvec,
        pos: ::core::ffi::c_uint,
        id: uid_t,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn idvec_delete(idvec: *mut idvec, pos: ::core::ffi::c_uint);
}
unsafe extern "C" {
    pub fn idvec_insert_only(idvec: *mut idvec, pos: ::core::ffi::c_uint, id: uid_t) -> error_t;
}
unsafe extern "C" {
    pub fn idvec_setid(
        eff: *mut idvec,
        avail: *mut idvec,
        id: uid_t,
        secure: *mut ::core::ffi::c_int,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn idvec_merge_auth(
        eff_uids: *mut idvec,
        avail_uids: *mut idvec,
        eff_gids: *mut idvec,
        avail_gids: *mut idvec,
        auth: auth_t,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn idvec_merge_implied_gids(gids: *mut idvec, uids: *const idvec) -> error_t;
}
unsafe extern "C" {
    pub fn idvec_verify(
        uids: *const idvec,
        gids: *const idvec,
        have_uids: *const idvec,
        have_gids: *const idvec,
        getpass_fn: ::core::option::Option<
            unsafe extern "C" fn(
                prompt: *const ::core::ffi::c_char,
                id: uid_t,
                is_group: ::core::ffi::c_int,
                pwd_or_grp: *mut ::core::ffi::c_void,
                hook: *mut ::core::ffi::c_void,
            ) -> *mut ::core::ffi::c_char,
        >,
        getpass_hook: *mut ::core::ffi::c_void,
        verify_fn: ::core::option::Option<
            unsafe extern "C" fn(
                password: *const ::core::ffi::c_char,
                id: uid_t,
                is_group: ::core::ffi::c_int,
                pwd_or_grp: *mut ::core::ffi::c_void,
                hook: *mut ::core::ffi::c_void,
            ) -> error_t,
        >,
        verify_hook: *mut ::core::ffi::c_void,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn idvec_rep(
        idvec: *const idvec,
        show_values: ::core::ffi::c_int,
        show_names: ::core::ffi::c_int,
        id_name_fn: ::core::option::Option<
            unsafe extern "C" fn(id: uid_t) -> *mut ::core::ffi::c_char,
        >,
        sep: *const ::core::ffi::c_char,
    ) -> *mut ::core::ffi::c_char;
}
unsafe extern "C" {
    pub fn idvec_uids_rep(
        idvec: *const idvec,
        show_values: ::core::ffi::c_int,
        show_names: ::core::ffi::c_int,
        sep: *const ::core::ffi::c_char,
    ) -> *mut ::core::ffi::c_char;
}
unsafe extern "C" {
    pub fn idvec_gids_rep(
        idvec: *const idvec,
        show_values: ::core::ffi::c_int,
        show_names: ::core::ffi::c_int,
        sep: *const ::core::ffi::c_char,
    ) -> *mut ::core::ffi::c_char;
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct iouser {
    pub uids: *mut idvec,
    pub gids: *mut idvec,
    pub hook: *mut ::core::ffi::c_void,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of iouser"][::core::mem::size_of::<iouser>() - 24usize];
    ["Alignment of iouser"][::core::mem::align_of::<iouser>() - 8usize];
    ["Offset of field: iouser::uids"][::core::mem::offset_of!(iouser, uids) - 0usize];
    ["Offset of field: iouser::gids"][::core::mem::offset_of!(iouser, gids) - 8usize];
    ["Offset of field: iouser::hook"][::core::mem::offset_of!(iouser, hook) - 16usize];
};
impl Default for iouser {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
unsafe extern "C" {
    pub fn iohelp_dup_iouser(clone: *mut *mut iouser, iouser: *mut iouser) -> error_t;
}
unsafe extern "C" {
    pub fn iohelp_free_iouser(iouser: *mut iouser);
}
unsafe extern "C" {
    pub fn iohelp_create_iouser(
        user: *mut *mut iouser,
        uids: *mut idvec,
        gids: *mut idvec,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn iohelp_create_complex_iouser(
        user: *mut *mut iouser,
        uids: *const uid_t,
        nuids: ::core::ffi::c_int,
        gids: *const gid_t,
        ngids: ::core::ffi::c_int,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn iohelp_create_simple_iouser(user: *mut *mut iouser, uid: uid_t, gid: gid_t) -> error_t;
}
unsafe extern "C" {
    pub fn iohelp_create_empty_iouser(user: *mut *mut iouser) -> error_t;
}
unsafe extern "C" {
    pub fn iohelp_restrict_iouser(
        new_user: *mut *mut iouser,
        old_user: *const iouser,
        uids: *const uid_t,
        nuids: ::core::ffi::c_int,
        gids: *const gid_t,
        ngids: ::core::ffi::c_int,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn iohelp_reauth(
        user: *mut *mut iouser,
        authserver: auth_t,
        rend_port: mach_port_t,
        newright: mach_port_t,
        permit_failure: ::core::ffi::c_int,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn iohelp_return_malloced_buffer(
        buf: *mut ::core::ffi::c_char,
        len: usize,
        rbuf: *mut *mut ::core::ffi::c_char,
        rlen: *mut mach_msg_type_number_t,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn maptime_map(
        use_mach_dev: ::core::ffi::c_int,
        dev_name: *mut ::core::ffi::c_char,
        mtime: *mut *mut mapped_time_value,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn maptime_read(mtime: *mut mapped_time_value, tv: *mut timeval);
}
unsafe extern "C" {
    pub fn fshelp_set_active_translator(
        pi: *mut port_info,
        name: *const ::core::ffi::c_char,
        transbox: *const transbox,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn fshelp_remove_active_translator(active: mach_port_t) -> error_t;
}
unsafe extern "C" {
    pub fn fshelp_get_active_translators(
        translators: *mut *mut ::core::ffi::c_char,
        translators_len: *mut usize,
        controls: *mut *mut mach_port_t,
        controls_count: *mut usize,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn fshelp_map_active_translators(
        fun: ::core::option::Option<
            unsafe extern "C" fn(
                cookie: *mut ::core::ffi::c_void,
                name: *const ::core::ffi::c_char,
                control: mach_port_t,
            ) -> error_t,
        >,
        cookie: *mut ::core::ffi::c_void,
    ) -> error_t;
}
pub type fshelp_open_fn_t = ::core::option::Option<
    unsafe extern "C" fn(
        flags: ::core::ffi::c_int,
        node: *mut file_t,
        node_type: *mut mach_msg_type_name_t,
        arg1: task_t,
        cookie: *mut ::core::ffi::c_void,
    ) -> error_t,
>;
unsafe extern "C" {
    pub fn fshelp_start_translator_long(
        underlying_open_fn: fshelp_open_fn_t,
        cookie: *mut ::core::ffi::c_void,
        name: *mut ::core::ffi::c_char,
        argz: *mut ::core::ffi::c_char,
        argz_len: mach_msg_type_number_t,
        fds: *mut mach_port_t,
        fds_type: mach_msg_type_name_t,
        fds_len: mach_msg_type_number_t,
        ports: *mut mach_port_t,
        ports_type: mach_msg_type_name_t,
        ports_len: mach_msg_type_number_t,
        ints: *mut ::core::ffi::c_int,
        ints_len: mach_msg_type_number_t,
        owner_uid: uid_t,
        timeout: ::core::ffi::c_int,
        control: *mut fsys_t,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn fshelp_start_translator(
        underlying_open_fn: fshelp_open_fn_t,
        cookie: *mut ::core::ffi::c_void,
        name: *mut ::core::ffi::c_char,
        argz: *mut ::core::ffi::c_char,
        argz_len: mach_msg_type_number_t,
        timeout: ::core::ffi::c_int,
        control: *mut fsys_t,
    ) -> error_t;
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct transbox {
    pub active: fsys_t,
    pub lock: *mut pthread_mutex_t,
    pub flags: ::core::ffi::c_int,
    pub wakeup: pthread_cond_t,
    pub cookie: *mut ::core::ffi::c_void,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of transbox"][::core::mem::size_of::<transbox>() - 72usize];
    ["Alignment of transbox"][::core::mem::align_of::<transbox>() - 8usize];
    ["Offset of field: transbox::active"][::core::mem::offset_of!(transbox, active) - 0usize];
    ["Offset of field: transbox::lock"][::core::mem::offset_of!(transbox, lock) - 8usize];
    ["Offset of field: transbox::flags"][::core::mem::offset_of!(transbox, flags) - 16usize];
    ["Offset of field: transbox::wakeup"][::core::mem::offset_of!(transbox, wakeup) - 24usize];
    ["Offset of field: transbox::cookie"][::core::mem::offset_of!(transbox, cookie) - 64usize];
};
impl Default for transbox {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
pub type fshelp_fetch_root_callback1_t = ::core::option::Option<
    unsafe extern "C" fn(
        cookie1: *mut ::core::ffi::c_void,
        cookie2: *mut ::core::ffi::c_void,
        uid: *mut uid_t,
        gid: *mut gid_t,
        argz: *mut *mut ::core::ffi::c_char,
        argz_len: *mut mach_msg_type_number_t,
    ) -> error_t,
>;
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct fshelp_stat_cookie2 {
    pub statp: *mut io_statbuf_t,
    pub modep: *mut mode_t,
    pub next: *mut ::core::ffi::c_void,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of fshelp_stat_cookie2"][::core::mem::size_of::<fshelp_stat_cookie2>() - 24usize];
    ["Alignment of fshelp_stat_cookie2"][::core::mem::align_of::<fshelp_stat_cookie2>() - 8usize];
    ["Offset of field: fshelp_stat_cookie2::statp"]
        [::core::mem::offset_of!(fshelp_stat_cookie2, statp) - 0usize];
    ["Offset of field: fshelp_stat_cookie2::modep"]
        [::core::mem::offset_of!(fshelp_stat_cookie2, modep) - 8usize];
    ["Offset of field: fshelp_stat_cookie2::next"]
        [::core::mem::offset_of!(fshelp_stat_cookie2, next) - 16usize];
};
impl Default for fshelp_stat_cookie2 {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
unsafe extern "C" {
    pub fn fshelp_short_circuited_callback1(
        cookie1: *mut ::core::ffi::c_void,
        cookie2: *mut ::core::ffi::c_void,
        uid: *mut uid_t,
        gid: *mut gid_t,
        argz: *mut *mut ::core::ffi::c_char,
        argz_len: *mut mach_msg_type_number_t,
    ) -> error_t;
}
pub type fshelp_fetch_root_callback2_t = ::core::option::Option<
    unsafe extern "C" fn(
        cookie1: *mut ::core::ffi::c_void,
        cookie2: *mut ::core::ffi::c_void,
        flags: ::core::ffi::c_int,
        underlying: *mut mach_port_t,
        underlying_type: *mut mach_msg_type_name_t,
    ) -> error_t,
>;
unsafe extern "C" {
    pub fn fshelp_fetch_root(
        transbox: *mut transbox,
        cookie: *mut ::core::ffi::c_void,
        dotdot: file_t,
        user: *mut iouser,
        flags: ::core::ffi::c_int,
        callback1: fshelp_fetch_root_callback1_t,
        callback2: fshelp_fetch_root_callback2_t,
        retry: *mut retry_type,
        retryname: *mut ::core::ffi::c_char,
        root: *mut mach_port_t,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn fshelp_transbox_init(
        transbox: *mut transbox,
        lock: *mut pthread_mutex_t,
        cookie: *mut ::core::ffi::c_void,
    );
}
unsafe extern "C" {
    pub fn fshelp_translated(box_: *mut transbox) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn fshelp_set_active(
        box_: *mut transbox,
        newactive: fsys_t,
        excl: ::core::ffi::c_int,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn fshelp_fetch_control(box_: *mut transbox, control: *mut mach_port_t) -> error_t;
}
unsafe extern "C" {
    pub fn fshelp_drop_transbox(box_: *mut transbox);
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct lock_box {
    pub type_: ::core::ffi::c_int,
    pub wait: pthread_cond_t,
    pub waiting: ::core::ffi::c_int,
    pub shcount: ::core::ffi::c_int,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of lock_box"][::core::mem::size_of::<lock_box>() - 56usize];
    ["Alignment of lock_box"][::core::mem::align_of::<lock_box>() - 8usize];
    ["Offset of field: lock_box::type_"][::core::mem::offset_of!(lock_box, type_) - 0usize];
    ["Offset of field: lock_box::wait"][::core::mem::offset_of!(lock_box, wait) - 8usize];
    ["Offset of field: lock_box::waiting"][::core::mem::offset_of!(lock_box, waiting) - 48usize];
    ["Offset of field: lock_box::shcount"][::core::mem::offset_of!(lock_box, shcount) - 52usize];
};
impl Default for lock_box {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
unsafe extern "C" {
    pub fn fshelp_lock_init(box_: *mut lock_box);
}
unsafe extern "C" {
    pub fn fshelp_acquire_lock(
        box_: *mut lock_box,
        user: *mut ::core::ffi::c_int,
        mut_: *mut pthread_mutex_t,
        flags: ::core::ffi::c_int,
    ) -> error_t;
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct rlock_box {
    pub locks: *mut rlock_list,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of rlock_box"][::core::mem::size_of::<rlock_box>() - 8usize];
    ["Alignment of rlock_box"][::core::mem::align_of::<rlock_box>() - 8usize];
    ["Offset of field: rlock_box::locks"][::core::mem::offset_of!(rlock_box, locks) - 0usize];
};
impl Default for rlock_box {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
unsafe extern "C" {
    pub fn fshelp_rlock_init(box_: *mut rlock_box) -> error_t;
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct rlock_peropen {
    pub locks: *mut *mut rlock_list,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of rlock_peropen"][::core::mem::size_of::<rlock_peropen>() - 8usize];
    ["Alignment of rlock_peropen"][::core::mem::align_of::<rlock_peropen>() - 8usize];
    ["Offset of field: rlock_peropen::locks"]
        [::core::mem::offset_of!(rlock_peropen, locks) - 0usize];
};
impl Default for rlock_peropen {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
unsafe extern "C" {
    pub fn fshelp_rlock_po_init(po: *mut rlock_peropen) -> error_t;
}
unsafe extern "C" {
    pub fn fshelp_rlock_drop_peropen(po: *mut rlock_peropen) -> error_t;
}
unsafe extern "C" {
    pub fn fshelp_rlock_po_fini(po: *mut rlock_peropen) -> error_t;
}
unsafe extern "C" {
    pub fn fshelp_rlock_tweak(
        box_: *mut rlock_box,
        mutex: *mut pthread_mutex_t,
        po: *mut rlock_peropen,
        open_mode: ::core::ffi::c_int,
        size: loff_t,
        curpointer: loff_t,
        cmd: ::core::ffi::c_int,
        lock: *mut flock64,
        rendezvous: mach_port_t,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn fshelp_rlock_peropen_status(po: *mut rlock_peropen) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn fshelp_rlock_node_status(box_: *mut rlock_box) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn fshelp_get_identity(
        bucket: *mut port_bucket,
        fileno: ino64_t,
        pt: *mut mach_port_t,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn fshelp_delegate_translation(
        server_name: *const ::core::ffi::c_char,
        requestor: mach_port_t,
        argv: *mut *mut ::core::ffi::c_char,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn fshelp_exec_reauth(
        suid: ::core::ffi::c_int,
        uid: uid_t,
        sgid: ::core::ffi::c_int,
        gid: gid_t,
        auth: auth_t,
        get_file_ids: ::core::option::Option<
            unsafe extern "C" fn(uids: *mut idvec, gids: *mut idvec) -> error_t,
        >,
        ports: *mut mach_port_t,
        num_ports: mach_msg_type_number_t,
        fds: *mut mach_port_t,
        num_fds: mach_msg_type_number_t,
        secure: *mut ::core::ffi::c_int,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn fshelp_set_options(
        argp: *const argp,
        flags: ::core::ffi::c_int,
        argz: *const ::core::ffi::c_char,
        argz_len: usize,
        input: *mut ::core::ffi::c_void,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn fshelp_isowner(st: *mut io_statbuf_t, user: *mut iouser) -> error_t;
}
unsafe extern "C" {
    pub fn fshelp_iscontroller(st: *mut io_statbuf_t, user: *mut iouser) -> error_t;
}
unsafe extern "C" {
    pub fn fshelp_access(
        st: *mut io_statbuf_t,
        op: ::core::ffi::c_int,
        user: *mut iouser,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn fshelp_checkdirmod(
        dir: *mut io_statbuf_t,
        st: *mut io_statbuf_t,
        user: *mut iouser,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn fshelp_touch(
        st: *mut io_statbuf_t,
        what: ::core::ffi::c_uint,
        maptime: *mut mapped_time_value,
    );
}
unsafe extern "C" {
    pub fn fsys_startup(
        bootstrap: mach_port_t,
        openflags: ::core::ffi::c_int,
        control_port: mach_port_t,
        control_portPoly: mach_msg_type_name_t,
        realnode: *mut mach_port_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn fsys_goaway(fsys: fsys_t, flags: ::core::ffi::c_int) -> kern_return_t;
}
unsafe extern "C" {
    pub fn fsys_getroot(
        fsys: fsys_t,
        dotdot_node: mach_port_t,
        dotdot_nodePoly: mach_msg_type_name_t,
        gen_uids: const_idarray_t,
        gen_uidsCnt: mach_msg_type_number_t,
        gen_gids: const_idarray_t,
        gen_gidsCnt: mach_msg_type_number_t,
        flags: ::core::ffi::c_int,
        do_retry: *mut retry_type,
        retry_name: *mut ::core::ffi::c_char,
        file: *mut mach_port_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn fsys_getfile(
        fsys: fsys_t,
        gen_uids: const_idarray_t,
        gen_uidsCnt: mach_msg_type_number_t,
        gen_gids: const_idarray_t,
        gen_gidsCnt: mach_msg_type_number_t,
        filehandle: const_data_t,
        filehandleCnt: mach_msg_type_number_t,
        file: *mut mach_port_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn fsys_syncfs(
        fsys: fsys_t,
        wait: ::core::ffi::c_int,
        do_children: ::core::ffi::c_int,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn fsys_set_options(
        fsys: fsys_t,
        options: const_data_t,
        optionsCnt: mach_msg_type_number_t,
        do_children: ::core::ffi::c_int,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn fsys_getpriv(
        fsys: fsys_t,
        host_priv: *mut mach_port_t,
        device_master: *mut mach_port_t,
        fstask: *mut mach_port_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn fsys_init(
        fsys: fsys_t,
        proc_server: mach_port_t,
        proc_serverPoly: mach_msg_type_name_t,
        auth_handle: auth_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn fsys_forward(
        server: mach_port_t,
        requestor: mach_port_t,
        requestorPoly: mach_msg_type_name_t,
        argv: const_data_t,
        argvCnt: mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn fsys_get_options(
        server: fsys_t,
        options: *mut data_t,
        optionsCnt: *mut mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn fsys_get_children(
        server: fsys_t,
        names: *mut data_t,
        namesCnt: *mut mach_msg_type_number_t,
        controls: *mut portarray_t,
        controlsCnt: *mut mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn fsys_get_source(server: fsys_t, source: *mut ::core::ffi::c_char) -> kern_return_t;
}
unsafe extern "C" {
    pub fn interrupt_operation(object: interrupt_t, timeout: natural_t) -> kern_return_t;
}
pub type hurd_ihash_value_t = *mut ::core::ffi::c_void;
pub type hurd_ihash_key_t = usize;
pub type hurd_ihash_locp_t = *mut hurd_ihash_value_t;
pub type hurd_ihash_fct_hash_t = ::core::option::Option<
    unsafe extern "C" fn(arg1: *const ::core::ffi::c_void) -> hurd_ihash_key_t,
>;
pub type hurd_ihash_fct_cmp_t = ::core::option::Option<
    unsafe extern "C" fn(
        arg1: *const ::core::ffi::c_void,
        arg2: *const ::core::ffi::c_void,
    ) -> ::core::ffi::c_int,
>;
pub type hurd_ihash_cleanup_t = ::core::option::Option<
    unsafe extern "C" fn(value: hurd_ihash_value_t, arg: *mut ::core::ffi::c_void),
>;
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct _hurd_ihash_item {
    pub value: hurd_ihash_value_t,
    pub key: hurd_ihash_key_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of _hurd_ihash_item"][::core::mem::size_of::<_hurd_ihash_item>() - 16usize];
    ["Alignment of _hurd_ihash_item"][::core::mem::align_of::<_hurd_ihash_item>() - 8usize];
    ["Offset of field: _hurd_ihash_item::value"]
        [::core::mem::offset_of!(_hurd_ihash_item, value) - 0usize];
    ["Offset of field: _hurd_ihash_item::key"]
        [::core::mem::offset_of!(_hurd_ihash_item, key) - 8usize];
};
impl Default for _hurd_ihash_item {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
pub type _hurd_ihash_item_t = *mut _hurd_ihash_item;
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct hurd_ihash {
    pub nr_items: usize,
    pub items: _hurd_ihash_item_t,
    pub size: usize,
    pub locp_offset: isize,
    pub max_load: ::core::ffi::c_uint,
    pub cleanup: hurd_ihash_cleanup_t,
    pub cleanup_data: *mut ::core::ffi::c_void,
    pub fct_hash: hurd_ihash_fct_hash_t,
    pub fct_cmp: hurd_ihash_fct_cmp_t,
    pub nr_free: usize,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of hurd_ihash"][::core::mem::size_of::<hurd_ihash>() - 80usize];
    ["Alignment of hurd_ihash"][::core::mem::align_of::<hurd_ihash>() - 8usize];
    ["Offset of field: hurd_ihash::nr_items"]
        [::core::mem::offset_of!(hurd_ihash, nr_items) - 0usize];
    ["Offset of field: hurd_ihash::items"][::core::mem::offset_of!(hurd_ihash, items) - 8usize];
    ["Offset of field: hurd_ihash::size"][::core::mem::offset_of!(hurd_ihash, size) - 16usize];
    ["Offset of field: hurd_ihash::locp_offset"]
        [::core::mem::offset_of!(hurd_ihash, locp_offset) - 24usize];
    ["Offset of field: hurd_ihash::max_load"]
        [::core::mem::offset_of!(hurd_ihash, max_load) - 32usize];
    ["Offset of field: hurd_ihash::cleanup"]
        [::core::mem::offset_of!(hurd_ihash, cleanup) - 40usize];
    ["Offset of field: hurd_ihash::cleanup_data"]
        [::core::mem::offset_of!(hurd_ihash, cleanup_data) - 48usize];
    ["Offset of field: hurd_ihash::fct_hash"]
        [::core::mem::offset_of!(hurd_ihash, fct_hash) - 56usize];
    ["Offset of field: hurd_ihash::fct_cmp"]
        [::core::mem::offset_of!(hurd_ihash, fct_cmp) - 64usize];
    ["Offset of field: hurd_ihash::nr_free"]
        [::core::mem::offset_of!(hurd_ihash, nr_free) - 72usize];
};
impl Default for hurd_ihash {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
pub type hurd_ihash_t = *mut hurd_ihash;
unsafe extern "C" {
    pub fn hurd_ihash_init(ht: hurd_ihash_t, locp_offs: isize);
}
unsafe extern "C" {
    pub fn hurd_ihash_destroy(ht: hurd_ihash_t);
}
unsafe extern "C" {
    pub fn hurd_ihash_create(ht: *mut hurd_ihash_t, locp_offs: isize) -> error_t;
}
unsafe extern "C" {
    pub fn hurd_ihash_free(ht: hurd_ihash_t);
}
unsafe extern "C" {
    pub fn hurd_ihash_set_cleanup(
        ht: hurd_ihash_t,
        cleanup: hurd_ihash_cleanup_t,
        cleanup_data: *mut ::core::ffi::c_void,
    );
}
unsafe extern "C" {
    pub fn hurd_ihash_set_gki(
        ht: hurd_ihash_t,
        fct_hash: hurd_ihash_fct_hash_t,
        fct_cmp: hurd_ihash_fct_cmp_t,
    );
}
unsafe extern "C" {
    pub fn hurd_ihash_set_max_load(ht: hurd_ihash_t, max_load: ::core::ffi::c_uint);
}
unsafe extern "C" {
    pub fn hurd_ihash_add(
        ht: hurd_ihash_t,
        key: hurd_ihash_key_t,
        item: hurd_ihash_value_t,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn hurd_ihash_locp_add(
        ht: hurd_ihash_t,
        locp: hurd_ihash_locp_t,
        key: hurd_ihash_key_t,
        value: hurd_ihash_value_t,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn hurd_ihash_find(ht: hurd_ihash_t, key: hurd_ihash_key_t) -> hurd_ihash_value_t;
}
unsafe extern "C" {
    pub fn hurd_ihash_locp_find(
        ht: hurd_ihash_t,
        key: hurd_ihash_key_t,
        slot: *mut hurd_ihash_locp_t,
    ) -> hurd_ihash_value_t;
}
unsafe extern "C" {
    pub fn hurd_ihash_remove(ht: hurd_ihash_t, key: hurd_ihash_key_t) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn hurd_ihash_locp_remove(ht: hurd_ihash_t, locp: hurd_ihash_locp_t);
}
unsafe extern "C" {
    pub fn hurd_ihash_hash32(buf: *const ::core::ffi::c_void, len: usize, seed: u32) -> u32;
}
pub type refcount_t = ::core::ffi::c_uint;
pub type refcounts_t = _references;
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct references {
    pub hard: u32,
    pub weak: u32,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of references"][::core::mem::size_of::<references>() - 8usize];
    ["Alignment of references"][::core::mem::align_of::<references>() - 4usize];
    ["Offset of field: references::hard"][::core::mem::offset_of!(references, hard) - 0usize];
    ["Offset of field: references::weak"][::core::mem::offset_of!(references, weak) - 4usize];
};
#[repr(C)]
#[derive(Copy, Clone)]
pub union _references {
    pub references: references,
    pub value: u64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of _references"][::core::mem::size_of::<_references>() - 8usize];
    ["Alignment of _references"][::core::mem::align_of::<_references>() - 8usize];
    ["Offset of field: _references::references"]
        [::core::mem::offset_of!(_references, references) - 0usize];
    ["Offset of field: _references::value"][::core::mem::offset_of!(_references, value) - 0usize];
};
impl Default for _references {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct pi_list {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct ports_threadpool {
    pub lock: pthread_spinlock_t,
    pub color: ::core::ffi::c_uint,
    pub old_threads: usize,
    pub old_objects: *mut pi_list,
    pub young_threads: usize,
    pub young_objects: *mut pi_list,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of ports_threadpool"][::core::mem::size_of::<ports_threadpool>() - 40usize];
    ["Alignment of ports_threadpool"][::core::mem::align_of::<ports_threadpool>() - 8usize];
    ["Offset of field: ports_threadpool::lock"]
        [::core::mem::offset_of!(ports_threadpool, lock) - 0usize];
    ["Offset of field: ports_threadpool::color"]
        [::core::mem::offset_of!(ports_threadpool, color) - 4usize];
    ["Offset of field: ports_threadpool::old_threads"]
        [::core::mem::offset_of!(ports_threadpool, old_threads) - 8usize];
    ["Offset of field: ports_threadpool::old_objects"]
        [::core::mem::offset_of!(ports_threadpool, old_objects) - 16usize];
    ["Offset of field: ports_threadpool::young_threads"]
        [::core::mem::offset_of!(ports_threadpool, young_threads) - 24usize];
    ["Offset of field: ports_threadpool::young_objects"]
        [::core::mem::offset_of!(ports_threadpool, young_objects) - 32usize];
};
impl Default for ports_threadpool {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct ports_thread {
    pub color: ::core::ffi::c_uint,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of ports_thread"][::core::mem::size_of::<ports_thread>() - 4usize];
    ["Alignment of ports_thread"][::core::mem::align_of::<ports_thread>() - 4usize];
    ["Offset of field: ports_thread::color"][::core::mem::offset_of!(ports_thread, color) - 0usize];
};
unsafe extern "C" {
    pub fn _ports_threadpool_init(arg1: *mut ports_threadpool);
}
unsafe extern "C" {
    pub fn _ports_thread_online(arg1: *mut ports_threadpool, arg2: *mut ports_thread);
}
unsafe extern "C" {
    pub fn _ports_thread_quiescent(arg1: *mut ports_threadpool, arg2: *mut ports_thread);
}
unsafe extern "C" {
    pub fn _ports_thread_offline(arg1: *mut ports_threadpool, arg2: *mut ports_thread);
}
unsafe extern "C" {
    pub fn _ports_port_deref_deferred(arg1: *mut port_info);
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct port_info {
    pub class: *mut port_class,
    pub refcounts: refcounts_t,
    pub mscount: mach_port_mscount_t,
    pub cancel_threshold: mach_msg_seqno_t,
    pub flags: ::core::ffi::c_int,
    pub port_right: mach_port_t,
    pub current_rpcs: *mut rpc_info,
    pub bucket: *mut port_bucket,
    pub hentry: hurd_ihash_locp_t,
    pub ports_htable_entry: hurd_ihash_locp_t,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of port_info"][::core::mem::size_of::<port_info>() - 64usize];
    ["Alignment of port_info"][::core::mem::align_of::<port_info>() - 8usize];
    ["Offset of field: port_info::class"][::core::mem::offset_of!(port_info, class) - 0usize];
    ["Offset of field: port_info::refcounts"]
        [::core::mem::offset_of!(port_info, refcounts) - 8usize];
    ["Offset of field: port_info::mscount"][::core::mem::offset_of!(port_info, mscount) - 16usize];
    ["Offset of field: port_info::cancel_threshold"]
        [::core::mem::offset_of!(port_info, cancel_threshold) - 20usize];
    ["Offset of field: port_info::flags"][::core::mem::offset_of!(port_info, flags) - 24usize];
    ["Offset of field: port_info::port_right"]
        [::core::mem::offset_of!(port_info, port_right) - 28usize];
    ["Offset of field: port_info::current_rpcs"]
        [::core::mem::offset_of!(port_info, current_rpcs) - 32usize];
    ["Offset of field: port_info::bucket"][::core::mem::offset_of!(port_info, bucket) - 40usize];
    ["Offset of field: port_info::hentry"][::core::mem::offset_of!(port_info, hentry) - 48usize];
    ["Offset of field: port_info::ports_htable_entry"]
        [::core::mem::offset_of!(port_info, ports_htable_entry) - 56usize];
};
impl Default for port_info {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
pub type port_info_t = *mut port_info;
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct port_bucket {
    pub portset: mach_port_t,
    pub htable: hurd_ihash,
    pub rpcs: ::core::ffi::c_int,
    pub flags: ::core::ffi::c_int,
    pub count: ::core::ffi::c_int,
    pub threadpool: ports_threadpool,
    pub notify_port: *mut port_info,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of port_bucket"][::core::mem::size_of::<port_bucket>() - 152usize];
    ["Alignment of port_bucket"][::core::mem::align_of::<port_bucket>() - 8usize];
    ["Offset of field: port_bucket::portset"]
        [::core::mem::offset_of!(port_bucket, portset) - 0usize];
    ["Offset of field: port_bucket::htable"][::core::mem::offset_of!(port_bucket, htable) - 8usize];
    ["Offset of field: port_bucket::rpcs"][::core::mem::offset_of!(port_bucket, rpcs) - 88usize];
    ["Offset of field: port_bucket::flags"][::core::mem::offset_of!(port_bucket, flags) - 92usize];
    ["Offset of field: port_bucket::count"][::core::mem::offset_of!(port_bucket, count) - 96usize];
    ["Offset of field: port_bucket::threadpool"]
        [::core::mem::offset_of!(port_bucket, threadpool) - 104usize];
    ["Offset of field: port_bucket::notify_port"]
        [::core::mem::offset_of!(port_bucket, notify_port) - 144usize];
};
impl Default for port_bucket {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct port_class {
    pub flags: ::core::ffi::c_int,
    pub rpcs: ::core::ffi::c_int,
    pub count: ::core::ffi::c_int,
    pub clean_routine: ::core::option::Option<unsafe extern "C" fn(arg1: *mut ::core::ffi::c_void)>,
    pub dropweak_routine:
        ::core::option::Option<unsafe extern "C" fn(arg1: *mut ::core::ffi::c_void)>,
    pub uninhibitable_rpcs: *mut ports_msg_id_range,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of port_class"][::core::mem::size_of::<port_class>() - 40usize];
    ["Alignment of port_class"][::core::mem::align_of::<port_class>() - 8usize];
    ["Offset of field: port_class::flags"][::core::mem::offset_of!(port_class, flags) - 0usize];
    ["Offset of field: port_class::rpcs"][::core::mem::offset_of!(port_class, rpcs) - 4usize];
    ["Offset of field: port_class::count"][::core::mem::offset_of!(port_class, count) - 8usize];
    ["Offset of field: port_class::clean_routine"]
        [::core::mem::offset_of!(port_class, clean_routine) - 16usize];
    ["Offset of field: port_class::dropweak_routine"]
        [::core::mem::offset_of!(port_class, dropweak_routine) - 24usize];
    ["Offset of field: port_class::uninhibitable_rpcs"]
        [::core::mem::offset_of!(port_class, uninhibitable_rpcs) - 32usize];
};
impl Default for port_class {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct rpc_info {
    pub thread: thread_t,
    pub next: *mut rpc_info,
    pub prevp: *mut *mut rpc_info,
    pub notifies: *mut rpc_notify,
    pub interrupted_next: *mut rpc_info,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of rpc_info"][::core::mem::size_of::<rpc_info>() - 40usize];
    ["Alignment of rpc_info"][::core::mem::align_of::<rpc_info>() - 8usize];
    ["Offset of field: rpc_info::thread"][::core::mem::offset_of!(rpc_info, thread) - 0usize];
    ["Offset of field: rpc_info::next"][::core::mem::offset_of!(rpc_info, next) - 8usize];
    ["Offset of field: rpc_info::prevp"][::core::mem::offset_of!(rpc_info, prevp) - 16usize];
    ["Offset of field: rpc_info::notifies"][::core::mem::offset_of!(rpc_info, notifies) - 24usize];
    ["Offset of field: rpc_info::interrupted_next"]
        [::core::mem::offset_of!(rpc_info, interrupted_next) - 32usize];
};
impl Default for rpc_info {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct rpc_notify {
    pub rpc: *mut rpc_info,
    pub notify: *mut ports_notify,
    pub next: *mut rpc_notify,
    pub pending: ::core::ffi::c_uint,
    pub next_req: *mut rpc_notify,
    pub prev_req_p: *mut *mut rpc_notify,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of rpc_notify"][::core::mem::size_of::<rpc_notify>() - 48usize];
    ["Alignment of rpc_notify"][::core::mem::align_of::<rpc_notify>() - 8usize];
    ["Offset of field: rpc_notify::rpc"][::core::mem::offset_of!(rpc_notify, rpc) - 0usize];
    ["Offset of field: rpc_notify::notify"][::core::mem::offset_of!(rpc_notify, notify) - 8usize];
    ["Offset of field: rpc_notify::next"][::core::mem::offset_of!(rpc_notify, next) - 16usize];
    ["Offset of field: rpc_notify::pending"]
        [::core::mem::offset_of!(rpc_notify, pending) - 24usize];
    ["Offset of field: rpc_notify::next_req"]
        [::core::mem::offset_of!(rpc_notify, next_req) - 32usize];
    ["Offset of field: rpc_notify::prev_req_p"]
        [::core::mem::offset_of!(rpc_notify, prev_req_p) - 40usize];
};
impl Default for rpc_notify {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct ports_notify {
    pub port: mach_port_t,
    pub what: mach_msg_id_t,
    pub _bitfield_align_1: [u8; 0],
    pub _bitfield_1: __BindgenBitfieldUnit<[u8; 1usize]>,
    pub lock: pthread_mutex_t,
    pub reqs: *mut rpc_notify,
    pub next: *mut ports_notify,
    pub prevp: *mut *mut ports_notify,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of ports_notify"][::core::mem::size_of::<ports_notify>() - 72usize];
    ["Alignment of ports_notify"][::core::mem::align_of::<ports_notify>() - 8usize];
    ["Offset of field: ports_notify::port"][::core::mem::offset_of!(ports_notify, port) - 0usize];
    ["Offset of field: ports_notify::what"][::core::mem::offset_of!(ports_notify, what) - 4usize];
    ["Offset of field: ports_notify::lock"][::core::mem::offset_of!(ports_notify, lock) - 16usize];
    ["Offset of field: ports_notify::reqs"][::core::mem::offset_of!(ports_notify, reqs) - 48usize];
    ["Offset of field: ports_notify::next"][::core::mem::offset_of!(ports_notify, next) - 56usize];
    ["Offset of field: ports_notify::prevp"]
        [::core::mem::offset_of!(ports_notify, prevp) - 64usize];
};
impl Default for ports_notify {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
impl ports_notify {
    #[inline]
    pub fn pending(&self) -> ::core::ffi::c_uint {
        unsafe { ::core::mem::transmute(self._bitfield_1.get(0usize, 1u8) as u32) }
    }
    #[inline]
    pub fn set_pending(&mut self, val: ::core::ffi::c_uint) {
        unsafe {
            let val: u32 = ::core::mem::transmute(val);
            self._bitfield_1.set(0usize, 1u8, val as u64)
        }
    }
    #[inline]
    pub unsafe fn pending_raw(this: *const Self) -> ::core::ffi::c_uint {
        unsafe {
            ::core::mem::transmute(<__BindgenBitfieldUnit<[u8; 1usize]>>::raw_get(
                ::core::ptr::addr_of!((*this)._bitfield_1),
                0usize,
                1u8,
            ) as u32)
        }
    }
    #[inline]
    pub unsafe fn set_pending_raw(this: *mut Self, val: ::core::ffi::c_uint) {
        unsafe {
            let val: u32 = ::core::mem::transmute(val);
            <__BindgenBitfieldUnit<[u8; 1usize]>>::raw_set(
                ::core::ptr::addr_of_mut!((*this)._bitfield_1),
                0usize,
                1u8,
                val as u64,
            )
        }
    }
    #[inline]
    pub fn new_bitfield_1(pending: ::core::ffi::c_uint) -> __BindgenBitfieldUnit<[u8; 1usize]> {
        let mut __bindgen_bitfield_unit: __BindgenBitfieldUnit<[u8; 1usize]> = Default::default();
        __bindgen_bitfield_unit.set(0usize, 1u8, {
            let pending: u32 = unsafe { ::core::mem::transmute(pending) };
            pending as u64
        });
        __bindgen_bitfield_unit
    }
}
unsafe extern "C" {
    pub static mut _ports_notifications: *mut ports_notify;
}
unsafe extern "C" {
    pub static mut _ports_free_ports_notifies: *mut ports_notify;
}
unsafe extern "C" {
    pub static mut _ports_free_rpc_notifies: *mut rpc_notify;
}
unsafe extern "C" {
    pub fn _ports_remove_notified_rpc(rpc: *mut rpc_info);
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct ports_msg_id_range {
    pub start: mach_msg_id_t,
    pub end: mach_msg_id_t,
    pub next: *mut ports_msg_id_range,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of ports_msg_id_range"][::core::mem::size_of::<ports_msg_id_range>() - 16usize];
    ["Alignment of ports_msg_id_range"][::core::mem::align_of::<ports_msg_id_range>() - 8usize];
    ["Offset of field: ports_msg_id_range::start"]
        [::core::mem::offset_of!(ports_msg_id_range, start) - 0usize];
    ["Offset of field: ports_msg_id_range::end"]
        [::core::mem::offset_of!(ports_msg_id_range, end) - 4usize];
    ["Offset of field: ports_msg_id_range::next"]
        [::core::mem::offset_of!(ports_msg_id_range, next) - 8usize];
};
impl Default for ports_msg_id_range {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
unsafe extern "C" {
    pub static mut ports_default_uninhibitable_rpcs: *mut ports_msg_id_range;
}
unsafe extern "C" {
    pub fn ports_create_bucket() -> *mut port_bucket;
}
unsafe extern "C" {
    pub fn ports_create_class(
        clean_routine: ::core::option::Option<unsafe extern "C" fn(arg1: *mut ::core::ffi::c_void)>,
        dropweak_routine: ::core::option::Option<
            unsafe extern "C" fn(arg1: *mut ::core::ffi::c_void),
        >,
    ) -> *mut port_class;
}
unsafe extern "C" {
    pub fn ports_create_port(
        port_class: *mut port_class,
        bucket: *mut port_bucket,
        size: usize,
        result: *mut ::core::ffi::c_void,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn ports_create_port_noinstall(
        port_class: *mut port_class,
        bucket: *mut port_bucket,
        size: usize,
        result: *mut ::core::ffi::c_void,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn ports_import_port(
        port_class: *mut port_class,
        bucket: *mut port_bucket,
        port: mach_port_t,
        size: usize,
        result: *mut ::core::ffi::c_void,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn ports_reallocate_port(port: *mut ::core::ffi::c_void);
}
unsafe extern "C" {
    pub fn ports_reallocate_from_external(port: *mut ::core::ffi::c_void, receive: mach_port_t);
}
unsafe extern "C" {
    pub fn ports_destroy_right(port: *mut ::core::ffi::c_void) -> error_t;
}
unsafe extern "C" {
    pub fn ports_claim_right(port: *mut ::core::ffi::c_void) -> mach_port_t;
}
unsafe extern "C" {
    pub fn ports_transfer_right(
        topt: *mut ::core::ffi::c_void,
        frompt: *mut ::core::ffi::c_void,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn ports_get_right(port: *mut ::core::ffi::c_void) -> mach_port_t;
}
unsafe extern "C" {
    pub fn ports_get_send_right(port: *mut ::core::ffi::c_void) -> mach_port_t;
}
unsafe extern "C" {
    pub fn ports_lookup_port(
        bucket: *mut port_bucket,
        port: mach_port_t,
        port_class: *mut port_class,
    ) -> *mut ::core::ffi::c_void;
}
unsafe extern "C" {
    pub fn ports_lookup_payload(
        bucket: *mut port_bucket,
        payload: usize,
        port_class: *mut port_class,
    ) -> *mut ::core::ffi::c_void;
}
unsafe extern "C" {
    pub fn ports_payload_get_name(payload: usize) -> mach_port_t;
}
unsafe extern "C" {
    pub fn ports_port_ref(port: *mut ::core::ffi::c_void);
}
unsafe extern "C" {
    pub fn ports_port_ref_weak(port: *mut ::core::ffi::c_void);
}
unsafe extern "C" {
    pub fn ports_port_deref(port: *mut ::core::ffi::c_void);
}
unsafe extern "C" {
    pub fn ports_port_deref_weak(port: *mut ::core::ffi::c_void);
}
unsafe extern "C" {
    pub fn ports_request_dead_name_notification(
        object: *mut ::core::ffi::c_void,
        name: mach_port_t,
        previous: *mut mach_port_t,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn ports_no_senders(port: *mut ::core::ffi::c_void, mscount: mach_port_mscount_t);
}
unsafe extern "C" {
    pub fn ports_dead_name(notify: *mut ::core::ffi::c_void, dead_name: mach_port_t);
}
unsafe extern "C" {
    pub fn ports_count_class(port_class: *mut port_class) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn ports_count_bucket(bucket: *mut port_bucket) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn ports_enable_class(port_class: *mut port_class);
}
unsafe extern "C" {
    pub fn ports_enable_bucket(bucket: *mut port_bucket);
}
unsafe extern "C" {
    pub fn ports_bucket_iterate(
        bucket: *mut port_bucket,
        fun: ::core::option::Option<
            unsafe extern "C" fn(port: *mut ::core::ffi::c_void) -> error_t,
        >,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn ports_class_iterate(
        port_class: *mut port_class,
        fun: ::core::option::Option<
            unsafe extern "C" fn(port: *mut ::core::ffi::c_void) -> error_t,
        >,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn _ports_bucket_class_iterate(
        ht: *mut hurd_ihash,
        port_class: *mut port_class,
        fun: ::core::option::Option<
            unsafe extern "C" fn(port: *mut ::core::ffi::c_void) -> error_t,
        >,
    ) -> error_t;
}
pub type ports_demuxer_type = ::core::option::Option<
    unsafe extern "C" fn(
        inp: *mut mach_msg_header_t,
        outp: *mut mach_msg_header_t,
    ) -> ::core::ffi::c_int,
>;
unsafe extern "C" {
    pub fn ports_begin_rpc(
        port: *mut ::core::ffi::c_void,
        msg_id: mach_msg_id_t,
        info: *mut rpc_info,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn ports_end_rpc(port: *mut ::core::ffi::c_void, info: *mut rpc_info);
}
unsafe extern "C" {
    pub fn ports_manage_port_operations_one_thread(
        bucket: *mut port_bucket,
        demuxer: ports_demuxer_type,
        timeout: ::core::ffi::c_int,
    );
}
unsafe extern "C" {
    pub fn ports_manage_port_operations_multithread(
        bucket: *mut port_bucket,
        demuxer: ports_demuxer_type,
        thread_timeout: ::core::ffi::c_int,
        global_timeout: ::core::ffi::c_int,
        hook: ::core::option::Option<unsafe extern "C" fn()>,
    );
}
unsafe extern "C" {
    pub fn ports_inhibit_port_rpcs(port: *mut ::core::ffi::c_void) -> error_t;
}
unsafe extern "C" {
    pub fn ports_inhibit_class_rpcs(port_class: *mut port_class) -> error_t;
}
unsafe extern "C" {
    pub fn ports_inhibit_bucket_rpcs(bucket: *mut port_bucket) -> error_t;
}
unsafe extern "C" {
    pub fn ports_inhibit_all_rpcs() -> error_t;
}
unsafe extern "C" {
    pub fn ports_resume_port_rpcs(port: *mut ::core::ffi::c_void);
}
unsafe extern "C" {
    pub fn ports_resume_class_rpcs(port_class: *mut port_class);
}
unsafe extern "C" {
    pub fn ports_resume_bucket_rpcs(bucket: *mut port_bucket);
}
unsafe extern "C" {
    pub fn ports_resume_all_rpcs();
}
unsafe extern "C" {
    pub fn ports_interrupt_rpcs(port: *mut ::core::ffi::c_void);
}
unsafe extern "C" {
    pub fn ports_self_interrupted() -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn _ports_record_interruption(rpc: *mut rpc_info);
}
unsafe extern "C" {
    pub fn ports_interrupt_rpc_on_notification(
        object: *mut ::core::ffi::c_void,
        rpc: *mut rpc_info,
        port: mach_port_t,
        what: mach_msg_id_t,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn ports_interrupt_self_on_notification(
        object: *mut ::core::ffi::c_void,
        port: mach_port_t,
        what: mach_msg_id_t,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn ports_interrupt_notified_rpcs(
        object: *mut ::core::ffi::c_void,
        port: mach_port_t,
        what: mach_msg_id_t,
    );
}
unsafe extern "C" {
    pub fn ports_notify_server(
        arg1: *mut mach_msg_header_t,
        arg2: *mut mach_msg_header_t,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn ports_do_mach_notify_dead_name(
        pi: *mut port_info,
        deadport: mach_port_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn ports_do_mach_notify_msg_accepted(
        pi: *mut port_info,
        name: mach_port_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn ports_do_mach_notify_no_senders(
        pi: *mut port_info,
        count: mach_port_mscount_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn ports_do_mach_notify_port_deleted(
        pi: *mut port_info,
        name: mach_port_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn ports_do_mach_notify_port_destroyed(
        pi: *mut port_info,
        name: mach_port_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn ports_do_mach_notify_send_once(pi: *mut port_info) -> kern_return_t;
}
unsafe extern "C" {
    pub fn ports_interrupt_server(
        arg1: *mut mach_msg_header_t,
        arg2: *mut mach_msg_header_t,
    ) -> boolean_t;
}
unsafe extern "C" {
    pub static mut _ports_lock: pthread_mutex_t;
}
unsafe extern "C" {
    pub static mut _ports_block: pthread_cond_t;
}
unsafe extern "C" {
    pub static mut _ports_htable: hurd_ihash;
}
unsafe extern "C" {
    pub static mut _ports_htable_lock: pthread_rwlock_t;
}
unsafe extern "C" {
    pub static mut _ports_total_rpcs: ::core::ffi::c_int;
}
unsafe extern "C" {
    pub static mut _ports_flags: ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn _ports_complete_deallocate(arg1: *mut port_info);
}
unsafe extern "C" {
    pub fn _ports_create_port_internal(
        arg1: *mut port_class,
        arg2: *mut port_bucket,
        arg3: usize,
        arg4: *mut ::core::ffi::c_void,
        arg5: ::core::ffi::c_int,
    ) -> error_t;
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct protid {
    pub pi: port_info,
    pub user: *mut iouser,
    pub po: *mut peropen,
    pub shared_object: memory_object_t,
    pub mapped: *mut shared_io,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of protid"][::core::mem::size_of::<protid>() - 96usize];
    ["Alignment of protid"][::core::mem::align_of::<protid>() - 8usize];
    ["Offset of field: protid::pi"][::core::mem::offset_of!(protid, pi) - 0usize];
    ["Offset of field: protid::user"][::core::mem::offset_of!(protid, user) - 64usize];
    ["Offset of field: protid::po"][::core::mem::offset_of!(protid, po) - 72usize];
    ["Offset of field: protid::shared_object"]
        [::core::mem::offset_of!(protid, shared_object) - 80usize];
    ["Offset of field: protid::mapped"][::core::mem::offset_of!(protid, mapped) - 88usize];
};
impl Default for protid {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct peropen {
    pub filepointer: loff_t,
    pub lock_status: rlock_peropen,
    pub refcnt: refcount_t,
    pub openstat: ::core::ffi::c_int,
    pub np: *mut node,
    pub root_parent: mach_port_t,
    pub shadow_root_parent: mach_port_t,
    pub shadow_root: *mut node,
    pub path: *mut ::core::ffi::c_char,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of peropen"][::core::mem::size_of::<peropen>() - 56usize];
    ["Alignment of peropen"][::core::mem::align_of::<peropen>() - 8usize];
    ["Offset of field: peropen::filepointer"]
        [::core::mem::offset_of!(peropen, filepointer) - 0usize];
    ["Offset of field: peropen::lock_status"]
        [::core::mem::offset_of!(peropen, lock_status) - 8usize];
    ["Offset of field: peropen::refcnt"][::core::mem::offset_of!(peropen, refcnt) - 16usize];
    ["Offset of field: peropen::openstat"][::core::mem::offset_of!(peropen, openstat) - 20usize];
    ["Offset of field: peropen::np"][::core::mem::offset_of!(peropen, np) - 24usize];
    ["Offset of field: peropen::root_parent"]
        [::core::mem::offset_of!(peropen, root_parent) - 32usize];
    ["Offset of field: peropen::shadow_root_parent"]
        [::core::mem::offset_of!(peropen, shadow_root_parent) - 36usize];
    ["Offset of field: peropen::shadow_root"]
        [::core::mem::offset_of!(peropen, shadow_root) - 40usize];
    ["Offset of field: peropen::path"][::core::mem::offset_of!(peropen, path) - 48usize];
};
impl Default for peropen {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct node {
    pub next: *mut node,
    pub prevp: *mut *mut node,
    pub nn: *mut netnode,
    pub nn_stat: io_statbuf_t,
    pub nn_translated: mode_t,
    pub lock: pthread_mutex_t,
    pub refcounts: refcounts_t,
    pub sockaddr: mach_port_t,
    pub owner: ::core::ffi::c_int,
    pub transbox: transbox,
    pub userlock: rlock_box,
    pub conch: conch,
    pub dirmod_reqs: *mut dirmod,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of node"][::core::mem::size_of::<node>() - 408usize];
    ["Alignment of node"][::core::mem::align_of::<node>() - 8usize];
    ["Offset of field: node::next"][::core::mem::offset_of!(node, next) - 0usize];
    ["Offset of field: node::prevp"][::core::mem::offset_of!(node, prevp) - 8usize];
    ["Offset of field: node::nn"][::core::mem::offset_of!(node, nn) - 16usize];
    ["Offset of field: node::nn_stat"][::core::mem::offset_of!(node, nn_stat) - 24usize];
    ["Offset of field: node::nn_translated"]
        [::core::mem::offset_of!(node, nn_translated) - 200usize];
    ["Offset of field: node::lock"][::core::mem::offset_of!(node, lock) - 208usize];
    ["Offset of field: node::refcounts"][::core::mem::offset_of!(node, refcounts) - 240usize];
    ["Offset of field: node::sockaddr"][::core::mem::offset_of!(node, sockaddr) - 248usize];
    ["Offset of field: node::owner"][::core::mem::offset_of!(node, owner) - 252usize];
    ["Offset of field: node::transbox"][::core::mem::offset_of!(node, transbox) - 256usize];
    ["Offset of field: node::userlock"][::core::mem::offset_of!(node, userlock) - 328usize];
    ["Offset of field: node::conch"][::core::mem::offset_of!(node, conch) - 336usize];
    ["Offset of field: node::dirmod_reqs"][::core::mem::offset_of!(node, dirmod_reqs) - 400usize];
};
impl Default for node {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct netfs_control {
    pub pi: port_info,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of netfs_control"][::core::mem::size_of::<netfs_control>() - 64usize];
    ["Alignment of netfs_control"][::core::mem::align_of::<netfs_control>() - 8usize];
    ["Offset of field: netfs_control::pi"][::core::mem::offset_of!(netfs_control, pi) - 0usize];
};
impl Default for netfs_control {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
unsafe extern "C" {
    pub static mut netfs_server_name: *mut ::core::ffi::c_char;
}
unsafe extern "C" {
    pub static mut netfs_server_version: *mut ::core::ffi::c_char;
}
unsafe extern "C" {
    pub fn netfs_validate_stat(np: *mut node, cred: *mut iouser) -> error_t;
}
unsafe extern "C" {
    pub fn netfs_attempt_chown(cred: *mut iouser, np: *mut node, uid: uid_t, gid: uid_t)
    -> error_t;
}
unsafe extern "C" {
    pub fn netfs_attempt_chauthor(cred: *mut iouser, np: *mut node, author: uid_t) -> error_t;
}
unsafe extern "C" {
    pub fn netfs_attempt_chmod(cred: *mut iouser, np: *mut node, mode: mode_t) -> error_t;
}
unsafe extern "C" {
    pub fn netfs_attempt_mksymlink(
        cred: *mut iouser,
        np: *mut node,
        name: *const ::core::ffi::c_char,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn netfs_attempt_mkdev(
        cred: *mut iouser,
        np: *mut node,
        type_: mode_t,
        indexes: dev_t,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn netfs_set_translator(
        cred: *mut iouser,
        np: *mut node,
        argz: *const ::core::ffi::c_char,
        argzlen: mach_msg_type_number_t,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn netfs_get_translator(
        node: *mut node,
        argz: *mut *mut ::core::ffi::c_char,
        argz_len: *mut mach_msg_type_number_t,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn netfs_attempt_chflags(
        cred: *mut iouser,
        np: *mut node,
        flags: ::core::ffi::c_int,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn netfs_attempt_utimes(
        cred: *mut iouser,
        np: *mut node,
        atime: *mut timespec,
        mtime: *mut timespec,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn netfs_attempt_set_size(cred: *mut iouser, np: *mut node, size: loff_t) -> error_t;
}
unsafe extern "C" {
    pub fn netfs_attempt_statfs(
        cred: *mut iouser,
        np: *mut node,
        st: *mut fsys_statfsbuf_t,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn netfs_attempt_sync(
        cred: *mut iouser,
        np: *mut node,
        wait: ::core::ffi::c_int,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn netfs_attempt_syncfs(cred: *mut iouser, wait: ::core::ffi::c_int) -> error_t;
}
unsafe extern "C" {
    pub fn netfs_attempt_lookup(
        user: *mut iouser,
        dir: *mut node,
        name: *const ::core::ffi::c_char,
        np: *mut *mut node,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn netfs_attempt_unlink(
        user: *mut iouser,
        dir: *mut node,
        name: *const ::core::ffi::c_char,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn netfs_attempt_rename(
        user: *mut iouser,
        fromdir: *mut node,
        fromname: *const ::core::ffi::c_char,
        todir: *mut node,
        toname: *const ::core::ffi::c_char,
        excl: ::core::ffi::c_int,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn netfs_attempt_mkdir(
        user: *mut iouser,
        dir: *mut node,
        name: *const ::core::ffi::c_char,
        mode: mode_t,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn netfs_attempt_rmdir(
        user: *mut iouser,
        dir: *mut node,
        name: *const ::core::ffi::c_char,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn netfs_attempt_link(
        user: *mut iouser,
        dir: *mut node,
        file: *mut node,
        name: *const ::core::ffi::c_char,
        excl: ::core::ffi::c_int,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn netfs_attempt_mkfile(
        user: *mut iouser,
        dir: *mut node,
        mode: mode_t,
        np: *mut *mut node,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn netfs_attempt_create_file(
        user: *mut iouser,
        dir: *mut node,
        name: *const ::core::ffi::c_char,
        mode: mode_t,
        np: *mut *mut node,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn netfs_attempt_readlink(
        user: *mut iouser,
        np: *mut node,
        buf: *mut ::core::ffi::c_char,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn netfs_check_open_permissions(
        user: *mut iouser,
        np: *mut node,
        flags: ::core::ffi::c_int,
        newnode: ::core::ffi::c_int,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn netfs_attempt_read(
        cred: *mut iouser,
        np: *mut node,
        offset: loff_t,
        len: *mut usize,
        data: *mut ::core::ffi::c_void,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn netfs_attempt_write(
        cred: *mut iouser,
        np: *mut node,
        offset: loff_t,
        len: *mut usize,
        data: *const ::core::ffi::c_void,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn netfs_report_access(
        cred: *mut iouser,
        np: *mut node,
        types: *mut ::core::ffi::c_int,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn netfs_make_user(
        uids: *mut uid_t,
        nuids: ::core::ffi::c_int,
        gids: *mut uid_t,
        ngids: ::core::ffi::c_int,
    ) -> *mut iouser;
}
unsafe extern "C" {
    pub fn netfs_node_norefs(np: *mut node);
}
unsafe extern "C" {
    pub fn netfs_get_dirents(
        cred: *mut iouser,
        dir: *mut node,
        entry: ::core::ffi::c_int,
        nentries: ::core::ffi::c_int,
        data: *mut *mut ::core::ffi::c_char,
        datacnt: *mut mach_msg_type_number_t,
        bufsize: vm_size_t,
        amt: *mut ::core::ffi::c_int,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn netfs_get_filemap(np: *mut node, prot: vm_prot_t) -> mach_port_t;
}
unsafe extern "C" {
    pub fn netfs_file_get_storage_info(
        cred: *mut iouser,
        np: *mut node,
        ports: *mut *mut mach_port_t,
        ports_type: *mut mach_msg_type_name_t,
        num_ports: *mut mach_msg_type_number_t,
        ints: *mut *mut ::core::ffi::c_int,
        num_ints: *mut mach_msg_type_number_t,
        offsets: *mut *mut loff_t,
        num_offsets: *mut mach_msg_type_number_t,
        data: *mut *mut ::core::ffi::c_char,
        data_len: *mut mach_msg_type_number_t,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn netfs_get_source(source: *mut ::core::ffi::c_char, source_len: usize) -> error_t;
}
unsafe extern "C" {
    pub fn netfs_set_options(argz: *const ::core::ffi::c_char, argz_len: usize) -> error_t;
}
unsafe extern "C" {
    pub fn netfs_append_args(argz: *mut *mut ::core::ffi::c_char, argz_len: *mut usize) -> error_t;
}
unsafe extern "C" {
    pub static mut netfs_runtime_argp: *mut argp;
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct argp {
    pub options: *const argp_option,
    pub parser: argp_parser_t,
    pub args_doc: *const ::core::ffi::c_char,
    pub doc: *const ::core::ffi::c_char,
    pub children: *const argp_child,
    pub help_filter: ::core::option::Option<
        unsafe extern "C" fn(
            __key: ::core::ffi::c_int,
            __text: *const ::core::ffi::c_char,
            __input: *mut ::core::ffi::c_void,
        ) -> *mut ::core::ffi::c_char,
    >,
    pub argp_domain: *const ::core::ffi::c_char,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of argp"][::core::mem::size_of::<argp>() - 56usize];
    ["Alignment of argp"][::core::mem::align_of::<argp>() - 8usize];
    ["Offset of field: argp::options"][::core::mem::offset_of!(argp, options) - 0usize];
    ["Offset of field: argp::parser"][::core::mem::offset_of!(argp, parser) - 8usize];
    ["Offset of field: argp::args_doc"][::core::mem::offset_of!(argp, args_doc) - 16usize];
    ["Offset of field: argp::doc"][::core::mem::offset_of!(argp, doc) - 24usize];
    ["Offset of field: argp::children"][::core::mem::offset_of!(argp, children) - 32usize];
    ["Offset of field: argp::help_filter"][::core::mem::offset_of!(argp, help_filter) - 40usize];
    ["Offset of field: argp::argp_domain"][::core::mem::offset_of!(argp, argp_domain) - 48usize];
};
impl Default for argp {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
unsafe extern "C" {
    pub static netfs_std_runtime_argp: argp;
}
unsafe extern "C" {
    pub static netfs_std_startup_argp: argp;
}
unsafe extern "C" {
    pub fn netfs_append_std_options(
        argz: *mut *mut ::core::ffi::c_char,
        argz_len: *mut usize,
    ) -> error_t;
}
unsafe extern "C" {
    pub static mut netfs_maxsymlinks: ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn netfs_make_node(arg1: *mut netnode) -> *mut node;
}
unsafe extern "C" {
    pub fn netfs_make_node_alloc(size: usize) -> *mut node;
}
unsafe extern "C" {
    pub static _netfs_sizeof_struct_node: usize;
}
unsafe extern "C" {
    pub fn netfs_init();
}
unsafe extern "C" {
    pub fn netfs_startup(bootstrap: mach_port_t, flags: ::core::ffi::c_int) -> mach_port_t;
}
unsafe extern "C" {
    pub fn netfs_server_loop();
}
unsafe extern "C" {
    pub fn netfs_make_protid(po: *mut peropen, user: *mut iouser) -> *mut protid;
}
unsafe extern "C" {
    pub fn netfs_make_peropen(
        arg1: *mut node,
        arg2: ::core::ffi::c_int,
        context: *mut peropen,
    ) -> *mut peropen;
}
unsafe extern "C" {
    pub fn netfs_nref(np: *mut node);
}
unsafe extern "C" {
    pub fn netfs_nref_light(np: *mut node);
}
unsafe extern "C" {
    pub fn netfs_nrele(np: *mut node);
}
unsafe extern "C" {
    pub fn netfs_nrele_light(np: *mut node);
}
unsafe extern "C" {
    pub fn netfs_nput(np: *mut node);
}
unsafe extern "C" {
    pub fn netfs_try_dropping_softrefs(np: *mut node);
}
unsafe extern "C" {
    pub fn netfs_drop_node(np: *mut node);
}
unsafe extern "C" {
    pub fn netfs_release_protid(arg1: *mut ::core::ffi::c_void);
}
unsafe extern "C" {
    pub fn netfs_release_peropen(arg1: *mut peropen);
}
unsafe extern "C" {
    pub fn netfs_demuxer(
        arg1: *mut mach_msg_header_t,
        arg2: *mut mach_msg_header_t,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn netfs_shutdown(flags: ::core::ffi::c_int) -> error_t;
}
unsafe extern "C" {
    pub static mut netfs_protid_class: *mut port_class;
}
unsafe extern "C" {
    pub static mut netfs_control_class: *mut port_class;
}
unsafe extern "C" {
    pub static mut netfs_port_bucket: *mut port_bucket;
}
unsafe extern "C" {
    pub static mut netfs_root_node: *mut node;
}
unsafe extern "C" {
    pub static mut netfs_fsys_identity: mach_port_t;
}
unsafe extern "C" {
    pub static mut netfs_auth_server_port: auth_t;
}
pub type protid_t = *mut protid;
pub type control_t = *mut netfs_control;
unsafe extern "C" {
    pub fn netfs_S_io_write(
        io_object: protid_t,
        data: const_data_t,
        dataCnt: mach_msg_type_number_t,
        offset: loff_t,
        amount: *mut vm_size_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn netfs_S_io_read(
        io_object: protid_t,
        data: *mut data_t,
        dataCnt: *mut mach_msg_type_number_t,
        offset: loff_t,
        amount: vm_size_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn netfs_S_io_seek(
        io_object: protid_t,
        offset: loff_t,
        whence: ::core::ffi::c_int,
        newp: *mut loff_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn netfs_S_io_stat(stat_object: protid_t, stat_info: *mut io_statbuf_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn netfs_S_file_set_size(trunc_file: protid_t, new_size: loff_t) -> kern_return_t;
}
unsafe extern "C" {
    pub fn netfs_S_file_get_storage_info(
        file: protid_t,
        ports: *mut portarray_t,
        portsPoly: *mut mach_msg_type_name_t,
        portsCnt: *mut mach_msg_type_number_t,
        ints: *mut intarray_t,
        intsCnt: *mut mach_msg_type_number_t,
        offsets: *mut off_array_t,
        offsetsCnt: *mut mach_msg_type_number_t,
        data: *mut data_t,
        dataCnt: *mut mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn netfs_S_file_statfs(file: protid_t, info: *mut fsys_statfsbuf_t) -> kern_return_t;
}
pub type __sighandler_t = ::core::option::Option<unsafe extern "C" fn(arg1: ::core::ffi::c_int)>;
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct hurd_sigstate {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct hurd_signal_detail {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct hurd_signal_preemptor {
    pub signals: sigset_t,
    pub first: ::core::ffi::c_ulong,
    pub last: ::core::ffi::c_ulong,
    pub preemptor: ::core::option::Option<
        unsafe extern "C" fn(
            preemptor: *mut hurd_signal_preemptor,
            ss: *mut hurd_sigstate,
            signo: *mut ::core::ffi::c_int,
            detail: *mut hurd_signal_detail,
        ) -> __sighandler_t,
    >,
    pub handler: __sighandler_t,
    pub next: *mut hurd_signal_preemptor,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of hurd_signal_preemptor"][::core::mem::size_of::<hurd_signal_preemptor>() - 48usize];
    ["Alignment of hurd_signal_preemptor"]
        [::core::mem::align_of::<hurd_signal_preemptor>() - 8usize];
    ["Offset of field: hurd_signal_preemptor::signals"]
        [::core::mem::offset_of!(hurd_signal_preemptor, signals) - 0usize];
    ["Offset of field: hurd_signal_preemptor::first"]
        [::core::mem::offset_of!(hurd_signal_preemptor, first) - 8usize];
    ["Offset of field: hurd_signal_preemptor::last"]
        [::core::mem::offset_of!(hurd_signal_preemptor, last) - 16usize];
    ["Offset of field: hurd_signal_preemptor::preemptor"]
        [::core::mem::offset_of!(hurd_signal_preemptor, preemptor) - 24usize];
    ["Offset of field: hurd_signal_preemptor::handler"]
        [::core::mem::offset_of!(hurd_signal_preemptor, handler) - 32usize];
    ["Offset of field: hurd_signal_preemptor::next"]
        [::core::mem::offset_of!(hurd_signal_preemptor, next) - 40usize];
};
impl Default for hurd_signal_preemptor {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
unsafe extern "C" {
    pub fn hurd_preempt_signals(preemptor: *mut hurd_signal_preemptor);
}
unsafe extern "C" {
    pub fn hurd_unpreempt_signals(preemptor: *mut hurd_signal_preemptor);
}
unsafe extern "C" {
    pub fn hurd_catch_signal(
        sigset: sigset_t,
        first: ::core::ffi::c_ulong,
        last: ::core::ffi::c_ulong,
        operate: ::core::option::Option<
            unsafe extern "C" fn(arg1: *mut hurd_signal_preemptor) -> error_t,
        >,
        handler: __sighandler_t,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn hurd_safe_memset(
        dest: *mut ::core::ffi::c_void,
        byte: ::core::ffi::c_int,
        nbytes: usize,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn hurd_safe_copyin(
        dest: *mut ::core::ffi::c_void,
        src: *const ::core::ffi::c_void,
        nbytes: usize,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn hurd_safe_copyout(
        dest: *mut ::core::ffi::c_void,
        src: *const ::core::ffi::c_void,
        nbytes: usize,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn hurd_safe_memmove(
        dest: *mut ::core::ffi::c_void,
        src: *const ::core::ffi::c_void,
        nbytes: usize,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn startup_essential_task(
        server: startup_t,
        task: mach_port_t,
        excpt: mach_port_t,
        name: const_string_t,
        credential: mach_port_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn startup_request_notification(
        server: startup_t,
        notify_port: mach_port_t,
        notify_portPoly: mach_msg_type_name_t,
        name: const_string_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn startup_reboot(
        server: startup_t,
        refport: mach_port_t,
        reboot_code: ::core::ffi::c_int,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn startup_procinit(
        server: startup_t,
        startup_proc: process_t,
        startup_task: *mut mach_port_t,
        auth: *mut auth_t,
        host_priv: *mut mach_port_t,
        device_master: *mut mach_port_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn startup_authinit(
        server: startup_t,
        auth: mach_port_t,
        authPoly: mach_msg_type_name_t,
        proc_: *mut mach_port_t,
    ) -> kern_return_t;
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct trivfs_protid {
    pub pi: port_info,
    pub user: *mut iouser,
    pub isroot: ::core::ffi::c_int,
    pub realnode: mach_port_t,
    pub hook: *mut ::core::ffi::c_void,
    pub po: *mut trivfs_peropen,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of trivfs_protid"][::core::mem::size_of::<trivfs_protid>() - 96usize];
    ["Alignment of trivfs_protid"][::core::mem::align_of::<trivfs_protid>() - 8usize];
    ["Offset of field: trivfs_protid::pi"][::core::mem::offset_of!(trivfs_protid, pi) - 0usize];
    ["Offset of field: trivfs_protid::user"]
        [::core::mem::offset_of!(trivfs_protid, user) - 64usize];
    ["Offset of field: trivfs_protid::isroot"]
        [::core::mem::offset_of!(trivfs_protid, isroot) - 72usize];
    ["Offset of field: trivfs_protid::realnode"]
        [::core::mem::offset_of!(trivfs_protid, realnode) - 76usize];
    ["Offset of field: trivfs_protid::hook"]
        [::core::mem::offset_of!(trivfs_protid, hook) - 80usize];
    ["Offset of field: trivfs_protid::po"][::core::mem::offset_of!(trivfs_protid, po) - 88usize];
};
impl Default for trivfs_protid {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct trivfs_peropen {
    pub hook: *mut ::core::ffi::c_void,
    pub openmodes: ::core::ffi::c_int,
    pub refcnt: refcount_t,
    pub cntl: *mut trivfs_control,
    pub lock_status: rlock_peropen,
    pub tp: *mut trivfs_node,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of trivfs_peropen"][::core::mem::size_of::<trivfs_peropen>() - 40usize];
    ["Alignment of trivfs_peropen"][::core::mem::align_of::<trivfs_peropen>() - 8usize];
    ["Offset of field: trivfs_peropen::hook"]
        [::core::mem::offset_of!(trivfs_peropen, hook) - 0usize];
    ["Offset of field: trivfs_peropen::openmodes"]
        [::core::mem::offset_of!(trivfs_peropen, openmodes) - 8usize];
    ["Offset of field: trivfs_peropen::refcnt"]
        [::core::mem::offset_of!(trivfs_peropen, refcnt) - 12usize];
    ["Offset of field: trivfs_peropen::cntl"]
        [::core::mem::offset_of!(trivfs_peropen, cntl) - 16usize];
    ["Offset of field: trivfs_peropen::lock_status"]
        [::core::mem::offset_of!(trivfs_peropen, lock_status) - 24usize];
    ["Offset of field: trivfs_peropen::tp"][::core::mem::offset_of!(trivfs_peropen, tp) - 32usize];
};
impl Default for trivfs_peropen {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct trivfs_node {
    pub lock: pthread_mutex_t,
    pub references: ::core::ffi::c_int,
    pub transbox: transbox,
    pub credlock: rlock_box,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of trivfs_node"][::core::mem::size_of::<trivfs_node>() - 120usize];
    ["Alignment of trivfs_node"][::core::mem::align_of::<trivfs_node>() - 8usize];
    ["Offset of field: trivfs_node::lock"][::core::mem::offset_of!(trivfs_node, lock) - 0usize];
    ["Offset of field: trivfs_node::references"]
        [::core::mem::offset_of!(trivfs_node, references) - 32usize];
    ["Offset of field: trivfs_node::transbox"]
        [::core::mem::offset_of!(trivfs_node, transbox) - 40usize];
    ["Offset of field: trivfs_node::credlock"]
        [::core::mem::offset_of!(trivfs_node, credlock) - 112usize];
};
impl Default for trivfs_node {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct trivfs_control {
    pub pi: port_info,
    pub protid_class: *mut port_class,
    pub protid_bucket: *mut port_bucket,
    pub filesys_id: mach_port_t,
    pub file_id: mach_port_t,
    pub underlying: mach_port_t,
    pub hook: *mut ::core::ffi::c_void,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of trivfs_control"][::core::mem::size_of::<trivfs_control>() - 104usize];
    ["Alignment of trivfs_control"][::core::mem::align_of::<trivfs_control>() - 8usize];
    ["Offset of field: trivfs_control::pi"][::core::mem::offset_of!(trivfs_control, pi) - 0usize];
    ["Offset of field: trivfs_control::protid_class"]
        [::core::mem::offset_of!(trivfs_control, protid_class) - 64usize];
    ["Offset of field: trivfs_control::protid_bucket"]
        [::core::mem::offset_of!(trivfs_control, protid_bucket) - 72usize];
    ["Offset of field: trivfs_control::filesys_id"]
        [::core::mem::offset_of!(trivfs_control, filesys_id) - 80usize];
    ["Offset of field: trivfs_control::file_id"]
        [::core::mem::offset_of!(trivfs_control, file_id) - 84usize];
    ["Offset of field: trivfs_control::underlying"]
        [::core::mem::offset_of!(trivfs_control, underlying) - 88usize];
    ["Offset of field: trivfs_control::hook"]
        [::core::mem::offset_of!(trivfs_control, hook) - 96usize];
};
impl Default for trivfs_control {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
unsafe extern "C" {
    pub static mut trivfs_server_name: *mut ::core::ffi::c_char;
}
unsafe extern "C" {
    pub static mut trivfs_server_version: *mut ::core::ffi::c_char;
}
unsafe extern "C" {
    pub static mut trivfs_fstype: ::core::ffi::c_int;
}
unsafe extern "C" {
    pub static mut trivfs_fsid: ::core::ffi::c_int;
}
unsafe extern "C" {
    pub static mut trivfs_support_read: ::core::ffi::c_int;
}
unsafe extern "C" {
    pub static mut trivfs_support_write: ::core::ffi::c_int;
}
unsafe extern "C" {
    pub static mut trivfs_support_exec: ::core::ffi::c_int;
}
unsafe extern "C" {
    pub static mut trivfs_allow_open: ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn trivfs_modify_stat(cred: *mut trivfs_protid, arg1: *mut io_statbuf_t);
}
unsafe extern "C" {
    pub static mut trivfs_check_access_hook: ::core::option::Option<
        unsafe extern "C" fn(
            cntl: *mut trivfs_control,
            user: *mut iouser,
            realnode: mach_port_t,
            allowed: *mut ::core::ffi::c_int,
        ) -> error_t,
    >;
}
unsafe extern "C" {
    pub static mut trivfs_check_open_hook: ::core::option::Option<
        unsafe extern "C" fn(
            cntl: *mut trivfs_control,
            user: *mut iouser,
            flags: ::core::ffi::c_int,
        ) -> error_t,
    >;
}
unsafe extern "C" {
    pub static mut trivfs_open_hook: ::core::option::Option<
        unsafe extern "C" fn(
            fsys: *mut trivfs_control,
            user: *mut iouser,
            dotdot: mach_port_t,
            flags: ::core::ffi::c_int,
            realnode: mach_port_t,
            cred: *mut *mut trivfs_protid,
        ) -> error_t,
    >;
}
unsafe extern "C" {
    pub static mut trivfs_protid_create_hook:
        ::core::option::Option<unsafe extern "C" fn(arg1: *mut trivfs_protid) -> error_t>;
}
unsafe extern "C" {
    pub static mut trivfs_peropen_create_hook:
        ::core::option::Option<unsafe extern "C" fn(arg1: *mut trivfs_peropen) -> error_t>;
}
unsafe extern "C" {
    pub static mut trivfs_protid_destroy_hook:
        ::core::option::Option<unsafe extern "C" fn(arg1: *mut trivfs_protid)>;
}
unsafe extern "C" {
    pub static mut trivfs_peropen_destroy_hook:
        ::core::option::Option<unsafe extern "C" fn(arg1: *mut trivfs_peropen)>;
}
pub type trivfs_getroot_hook_fun = ::core::option::Option<
    unsafe extern "C" fn(
        cntl: *mut trivfs_control,
        reply_port: mach_port_t,
        reply_port_type: mach_msg_type_name_t,
        dotdot: mach_port_t,
        uids: *const uid_t,
        nuids: mach_msg_type_number_t,
        gids: *const uid_t,
        ngids: mach_msg_type_number_t,
        flags: ::core::ffi::c_int,
        do_retry: *mut retry_type,
        retry_name: *mut ::core::ffi::c_char,
        node: *mut mach_port_t,
        node_type: *mut mach_msg_type_name_t,
    ) -> error_t,
>;
unsafe extern "C" {
    pub static mut trivfs_getroot_hook: trivfs_getroot_hook_fun;
}
unsafe extern "C" {
    pub fn trivfs_startup(
        bootstrap: mach_port_t,
        flags: ::core::ffi::c_int,
        control_class: *mut port_class,
        control_bucket: *mut port_bucket,
        protid_class: *mut port_class,
        protid_bucket: *mut port_bucket,
        control: *mut *mut trivfs_control,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn trivfs_startup_debug(
        file_name: *const ::core::ffi::c_char,
        control_class: *mut port_class,
        control_bucket: *mut port_bucket,
        protid_class: *mut port_class,
        protid_bucket: *mut port_bucket,
        control: *mut *mut trivfs_control,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn trivfs_create_control(
        underlying: mach_port_t,
        control_class: *mut port_class,
        control_bucket: *mut port_bucket,
        protid_class: *mut port_class,
        protid_bucket: *mut port_bucket,
        control: *mut *mut trivfs_control,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn trivfs_clean_protid(arg1: *mut ::core::ffi::c_void);
}
unsafe extern "C" {
    pub fn trivfs_clean_cntl(arg1: *mut ::core::ffi::c_void);
}
unsafe extern "C" {
    pub fn trivfs_demuxer(
        arg1: *mut mach_msg_header_t,
        arg2: *mut mach_msg_header_t,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn trivfs_make_node(po: *mut trivfs_peropen) -> *mut trivfs_node;
}
unsafe extern "C" {
    pub fn trivfs_make_peropen(cred: *mut trivfs_protid) -> *mut trivfs_peropen;
}
unsafe extern "C" {
    pub fn trivfs_open(
        fsys: *mut trivfs_control,
        user: *mut iouser,
        flags: ::core::ffi::c_uint,
        realnode: mach_port_t,
        cred: *mut *mut trivfs_protid,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn trivfs_protid_dup(cred: *mut trivfs_protid, dup: *mut *mut trivfs_protid) -> error_t;
}
unsafe extern "C" {
    pub fn trivfs_goaway(cntl: *mut trivfs_control, flags: ::core::ffi::c_int) -> error_t;
}
unsafe extern "C" {
    pub fn trivfs_set_atime(cntl: *mut trivfs_control) -> error_t;
}
unsafe extern "C" {
    pub fn trivfs_set_mtime(cntl: *mut trivfs_control) -> error_t;
}
unsafe extern "C" {
    pub static mut trivfs_runtime_argp: *mut argp;
}
unsafe extern "C" {
    pub fn trivfs_set_options(
        fsys: *mut trivfs_control,
        argz: *const ::core::ffi::c_char,
        argz_len: usize,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn trivfs_append_args(
        fsys: *mut trivfs_control,
        argz: *mut *mut ::core::ffi::c_char,
        argz_len: *mut usize,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn trivfs_get_source(source: *mut ::core::ffi::c_char, source_len: usize) -> error_t;
}
unsafe extern "C" {
    pub fn trivfs_add_control_port_class(class: *mut *mut port_class) -> error_t;
}
unsafe extern "C" {
    pub fn trivfs_remove_control_port_class(class: *mut port_class);
}
unsafe extern "C" {
    pub fn trivfs_add_protid_port_class(class: *mut *mut port_class) -> error_t;
}
unsafe extern "C" {
    pub fn trivfs_remove_protid_port_class(class: *mut port_class);
}
unsafe extern "C" {
    pub fn trivfs_add_port_bucket(bucket: *mut *mut port_bucket) -> error_t;
}
unsafe extern "C" {
    pub fn trivfs_remove_port_bucket(bucket: *mut port_bucket);
}
pub type trivfs_protid_t = *mut trivfs_protid;
pub type trivfs_control_t = *mut trivfs_control;
unsafe extern "C" {
    pub fn trivfs_S_io_write(
        io_object: trivfs_protid_t,
        reply: mach_port_t,
        replyPoly: mach_msg_type_name_t,
        data: const_data_t,
        dataCnt: mach_msg_type_number_t,
        offset: loff_t,
        amount: *mut vm_size_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn trivfs_S_io_read(
        io_object: trivfs_protid_t,
        reply: mach_port_t,
        replyPoly: mach_msg_type_name_t,
        data: *mut data_t,
        dataCnt: *mut mach_msg_type_number_t,
        offset: loff_t,
        amount: vm_size_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn trivfs_S_io_seek(
        io_object: trivfs_protid_t,
        reply: mach_port_t,
        replyPoly: mach_msg_type_name_t,
        offset: loff_t,
        whence: ::core::ffi::c_int,
        newp: *mut loff_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn trivfs_S_io_stat(
        stat_object: trivfs_protid_t,
        reply: mach_port_t,
        replyPoly: mach_msg_type_name_t,
        stat_info: *mut io_statbuf_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn trivfs_S_file_set_size(
        trunc_file: trivfs_protid_t,
        reply: mach_port_t,
        replyPoly: mach_msg_type_name_t,
        new_size: loff_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn trivfs_S_file_get_storage_info(
        file: trivfs_protid_t,
        reply: mach_port_t,
        replyPoly: mach_msg_type_name_t,
        ports: *mut portarray_t,
        portsPoly: *mut mach_msg_type_name_t,
        portsCnt: *mut mach_msg_type_number_t,
        ints: *mut intarray_t,
        intsCnt: *mut mach_msg_type_number_t,
        offsets: *mut off_array_t,
        offsetsCnt: *mut mach_msg_type_number_t,
        data: *mut data_t,
        dataCnt: *mut mach_msg_type_number_t,
    ) -> kern_return_t;
}
unsafe extern "C" {
    pub fn trivfs_S_file_statfs(
        file: trivfs_protid_t,
        reply: mach_port_t,
        replyPoly: mach_msg_type_name_t,
        info: *mut fsys_statfsbuf_t,
    ) -> kern_return_t;
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct _IO_marker {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct _IO_codecvt {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct _IO_wide_data {
    _unused: [u8; 0],
}
pub type _IO_lock_t = ::core::ffi::c_void;
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct _IO_FILE {
    pub _flags: ::core::ffi::c_int,
    pub _IO_read_ptr: *mut ::core::ffi::c_char,
    pub _IO_read_end: *mut ::core::ffi::c_char,
    pub _IO_read_base: *mut ::core::ffi::c_char,
    pub _IO_write_base: *mut ::core::ffi::c_char,
    pub _IO_write_ptr: *mut ::core::ffi::c_char,
    pub _IO_write_end: *mut ::core::ffi::c_char,
    pub _IO_buf_base: *mut ::core::ffi::c_char,
    pub _IO_buf_end: *mut ::core::ffi::c_char,
    pub _IO_save_base: *mut ::core::ffi::c_char,
    pub _IO_backup_base: *mut ::core::ffi::c_char,
    pub _IO_save_end: *mut ::core::ffi::c_char,
    pub _markers: *mut _IO_marker,
    pub _chain: *mut _IO_FILE,
    pub _fileno: ::core::ffi::c_int,
    pub _bitfield_align_1: [u32; 0],
    pub _bitfield_1: __BindgenBitfieldUnit<[u8; 3usize]>,
    pub _short_backupbuf: [::core::ffi::c_char; 1usize],
    pub _old_offset: __off_t,
    pub _cur_column: ::core::ffi::c_ushort,
    pub _vtable_offset: ::core::ffi::c_schar,
    pub _shortbuf: [::core::ffi::c_char; 1usize],
    pub _lock: *mut _IO_lock_t,
    pub _offset: __off64_t,
    pub _codecvt: *mut _IO_codecvt,
    pub _wide_data: *mut _IO_wide_data,
    pub _freeres_list: *mut _IO_FILE,
    pub _freeres_buf: *mut ::core::ffi::c_void,
    pub _prevchain: *mut *mut _IO_FILE,
    pub _mode: ::core::ffi::c_int,
    pub _unused3: ::core::ffi::c_int,
    pub _total_written: __uint64_t,
    pub _unused2: [::core::ffi::c_char; 8usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of _IO_FILE"][::core::mem::size_of::<_IO_FILE>() - 216usize];
    ["Alignment of _IO_FILE"][::core::mem::align_of::<_IO_FILE>() - 8usize];
    ["Offset of field: _IO_FILE::_flags"][::core::mem::offset_of!(_IO_FILE, _flags) - 0usize];
    ["Offset of field: _IO_FILE::_IO_read_ptr"]
        [::core::mem::offset_of!(_IO_FILE, _IO_read_ptr) - 8usize];
    ["Offset of field: _IO_FILE::_IO_read_end"]
        [::core::mem::offset_of!(_IO_FILE, _IO_read_end) - 16usize];
    ["Offset of field: _IO_FILE::_IO_read_base"]
        [::core::mem::offset_of!(_IO_FILE, _IO_read_base) - 24usize];
    ["Offset of field: _IO_FILE::_IO_write_base"]
        [::core::mem::offset_of!(_IO_FILE, _IO_write_base) - 32usize];
    ["Offset of field: _IO_FILE::_IO_write_ptr"]
        [::core::mem::offset_of!(_IO_FILE, _IO_write_ptr) - 40usize];
    ["Offset of field: _IO_FILE::_IO_write_end"]
        [::core::mem::offset_of!(_IO_FILE, _IO_write_end) - 48usize];
    ["Offset of field: _IO_FILE::_IO_buf_base"]
        [::core::mem::offset_of!(_IO_FILE, _IO_buf_base) - 56usize];
    ["Offset of field: _IO_FILE::_IO_buf_end"]
        [::core::mem::offset_of!(_IO_FILE, _IO_buf_end) - 64usize];
    ["Offset of field: _IO_FILE::_IO_save_base"]
        [::core::mem::offset_of!(_IO_FILE, _IO_save_base) - 72usize];
    ["Offset of field: _IO_FILE::_IO_backup_base"]
        [::core::mem::offset_of!(_IO_FILE, _IO_backup_base) - 80usize];
    ["Offset of field: _IO_FILE::_IO_save_end"]
        [::core::mem::offset_of!(_IO_FILE, _IO_save_end) - 88usize];
    ["Offset of field: _IO_FILE::_markers"][::core::mem::offset_of!(_IO_FILE, _markers) - 96usize];
    ["Offset of field: _IO_FILE::_chain"][::core::mem::offset_of!(_IO_FILE, _chain) - 104usize];
    ["Offset of field: _IO_FILE::_fileno"][::core::mem::offset_of!(_IO_FILE, _fileno) - 112usize];
    ["Offset of field: _IO_FILE::_short_backupbuf"]
        [::core::mem::offset_of!(_IO_FILE, _short_backupbuf) - 119usize];
    ["Offset of field: _IO_FILE::_old_offset"]
        [::core::mem::offset_of!(_IO_FILE, _old_offset) - 120usize];
    ["Offset of field: _IO_FILE::_cur_column"]
        [::core::mem::offset_of!(_IO_FILE, _cur_column) - 128usize];
    ["Offset of field: _IO_FILE::_vtable_offset"]
        [::core::mem::offset_of!(_IO_FILE, _vtable_offset) - 130usize];
    ["Offset of field: _IO_FILE::_shortbuf"]
        [::core::mem::offset_of!(_IO_FILE, _shortbuf) - 131usize];
    ["Offset of field: _IO_FILE::_lock"][::core::mem::offset_of!(_IO_FILE, _lock) - 136usize];
    ["Offset of field: _IO_FILE::_offset"][::core::mem::offset_of!(_IO_FILE, _offset) - 144usize];
    ["Offset of field: _IO_FILE::_codecvt"][::core::mem::offset_of!(_IO_FILE, _codecvt) - 152usize];
    ["Offset of field: _IO_FILE::_wide_data"]
        [::core::mem::offset_of!(_IO_FILE, _wide_data) - 160usize];
    ["Offset of field: _IO_FILE::_freeres_list"]
        [::core::mem::offset_of!(_IO_FILE, _freeres_list) - 168usize];
    ["Offset of field: _IO_FILE::_freeres_buf"]
        [::core::mem::offset_of!(_IO_FILE, _freeres_buf) - 176usize];
    ["Offset of field: _IO_FILE::_prevchain"]
        [::core::mem::offset_of!(_IO_FILE, _prevchain) - 184usize];
    ["Offset of field: _IO_FILE::_mode"][::core::mem::offset_of!(_IO_FILE, _mode) - 192usize];
    ["Offset of field: _IO_FILE::_unused3"][::core::mem::offset_of!(_IO_FILE, _unused3) - 196usize];
    ["Offset of field: _IO_FILE::_total_written"]
        [::core::mem::offset_of!(_IO_FILE, _total_written) - 200usize];
    ["Offset of field: _IO_FILE::_unused2"][::core::mem::offset_of!(_IO_FILE, _unused2) - 208usize];
};
impl Default for _IO_FILE {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
impl _IO_FILE {
    #[inline]
    pub fn _flags2(&self) -> ::core::ffi::c_int {
        unsafe { ::core::mem::transmute(self._bitfield_1.get(0usize, 24u8) as u32) }
    }
    #[inline]
    pub fn set__flags2(&mut self, val: ::core::ffi::c_int) {
        unsafe {
            let val: u32 = ::core::mem::transmute(val);
            self._bitfield_1.set(0usize, 24u8, val as u64)
        }
    }
    #[inline]
    pub unsafe fn _flags2_raw(this: *const Self) -> ::core::ffi::c_int {
        unsafe {
            ::core::mem::transmute(<__BindgenBitfieldUnit<[u8; 3usize]>>::raw_get(
                ::core::ptr::addr_of!((*this)._bitfield_1),
                0usize,
                24u8,
            ) as u32)
        }
    }
    #[inline]
    pub unsafe fn set__flags2_raw(this: *mut Self, val: ::core::ffi::c_int) {
        unsafe {
            let val: u32 = ::core::mem::transmute(val);
            <__BindgenBitfieldUnit<[u8; 3usize]>>::raw_set(
                ::core::ptr::addr_of_mut!((*this)._bitfield_1),
                0usize,
                24u8,
                val as u64,
            )
        }
    }
    #[inline]
    pub fn new_bitfield_1(_flags2: ::core::ffi::c_int) -> __BindgenBitfieldUnit<[u8; 3usize]> {
        let mut __bindgen_bitfield_unit: __BindgenBitfieldUnit<[u8; 3usize]> = Default::default();
        __bindgen_bitfield_unit.set(0usize, 24u8, {
            let _flags2: u32 = unsafe { ::core::mem::transmute(_flags2) };
            _flags2 as u64
        });
        __bindgen_bitfield_unit
    }
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct argp_option {
    pub name: *const ::core::ffi::c_char,
    pub key: ::core::ffi::c_int,
    pub arg: *const ::core::ffi::c_char,
    pub flags: ::core::ffi::c_int,
    pub doc: *const ::core::ffi::c_char,
    pub group: ::core::ffi::c_int,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of argp_option"][::core::mem::size_of::<argp_option>() - 48usize];
    ["Alignment of argp_option"][::core::mem::align_of::<argp_option>() - 8usize];
    ["Offset of field: argp_option::name"][::core::mem::offset_of!(argp_option, name) - 0usize];
    ["Offset of field: argp_option::key"][::core::mem::offset_of!(argp_option, key) - 8usize];
    ["Offset of field: argp_option::arg"][::core::mem::offset_of!(argp_option, arg) - 16usize];
    ["Offset of field: argp_option::flags"][::core::mem::offset_of!(argp_option, flags) - 24usize];
    ["Offset of field: argp_option::doc"][::core::mem::offset_of!(argp_option, doc) - 32usize];
    ["Offset of field: argp_option::group"][::core::mem::offset_of!(argp_option, group) - 40usize];
};
impl Default for argp_option {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
pub type argp_parser_t = ::core::option::Option<
    unsafe extern "C" fn(
        __key: ::core::ffi::c_int,
        __arg: *mut ::core::ffi::c_char,
        __state: *mut argp_state,
    ) -> error_t,
>;
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct argp_child {
    pub argp: *const argp,
    pub flags: ::core::ffi::c_int,
    pub header: *const ::core::ffi::c_char,
    pub group: ::core::ffi::c_int,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of argp_child"][::core::mem::size_of::<argp_child>() - 32usize];
    ["Alignment of argp_child"][::core::mem::align_of::<argp_child>() - 8usize];
    ["Offset of field: argp_child::argp"][::core::mem::offset_of!(argp_child, argp) - 0usize];
    ["Offset of field: argp_child::flags"][::core::mem::offset_of!(argp_child, flags) - 8usize];
    ["Offset of field: argp_child::header"][::core::mem::offset_of!(argp_child, header) - 16usize];
    ["Offset of field: argp_child::group"][::core::mem::offset_of!(argp_child, group) - 24usize];
};
impl Default for argp_child {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct argp_state {
    pub root_argp: *const argp,
    pub argc: ::core::ffi::c_int,
    pub argv: *mut *mut ::core::ffi::c_char,
    pub next: ::core::ffi::c_int,
    pub flags: ::core::ffi::c_uint,
    pub arg_num: ::core::ffi::c_uint,
    pub quoted: ::core::ffi::c_int,
    pub input: *mut ::core::ffi::c_void,
    pub child_inputs: *mut *mut ::core::ffi::c_void,
    pub hook: *mut ::core::ffi::c_void,
    pub name: *mut ::core::ffi::c_char,
    pub err_stream: *mut FILE,
    pub out_stream: *mut FILE,
    pub pstate: *mut ::core::ffi::c_void,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of argp_state"][::core::mem::size_of::<argp_state>() - 96usize];
    ["Alignment of argp_state"][::core::mem::align_of::<argp_state>() - 8usize];
    ["Offset of field: argp_state::root_argp"]
        [::core::mem::offset_of!(argp_state, root_argp) - 0usize];
    ["Offset of field: argp_state::argc"][::core::mem::offset_of!(argp_state, argc) - 8usize];
    ["Offset of field: argp_state::argv"][::core::mem::offset_of!(argp_state, argv) - 16usize];
    ["Offset of field: argp_state::next"][::core::mem::offset_of!(argp_state, next) - 24usize];
    ["Offset of field: argp_state::flags"][::core::mem::offset_of!(argp_state, flags) - 28usize];
    ["Offset of field: argp_state::arg_num"]
        [::core::mem::offset_of!(argp_state, arg_num) - 32usize];
    ["Offset of field: argp_state::quoted"][::core::mem::offset_of!(argp_state, quoted) - 36usize];
    ["Offset of field: argp_state::input"][::core::mem::offset_of!(argp_state, input) - 40usize];
    ["Offset of field: argp_state::child_inputs"]
        [::core::mem::offset_of!(argp_state, child_inputs) - 48usize];
    ["Offset of field: argp_state::hook"][::core::mem::offset_of!(argp_state, hook) - 56usize];
    ["Offset of field: argp_state::name"][::core::mem::offset_of!(argp_state, name) - 64usize];
    ["Offset of field: argp_state::err_stream"]
        [::core::mem::offset_of!(argp_state, err_stream) - 72usize];
    ["Offset of field: argp_state::out_stream"]
        [::core::mem::offset_of!(argp_state, out_stream) - 80usize];
    ["Offset of field: argp_state::pstate"][::core::mem::offset_of!(argp_state, pstate) - 88usize];
};
impl Default for argp_state {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
unsafe extern "C" {
    pub fn argp_parse(
        __argp: *const argp,
        __argc: ::core::ffi::c_int,
        __argv: *mut *mut ::core::ffi::c_char,
        __flags: ::core::ffi::c_uint,
        __arg_index: *mut ::core::ffi::c_int,
        __input: *mut ::core::ffi::c_void,
    ) -> error_t;
}
unsafe extern "C" {
    pub static mut argp_program_version: *const ::core::ffi::c_char;
}
unsafe extern "C" {
    pub static mut argp_program_version_hook:
        ::core::option::Option<unsafe extern "C" fn(__stream: *mut FILE, __state: *mut argp_state)>;
}
unsafe extern "C" {
    pub static mut argp_program_bug_address: *const ::core::ffi::c_char;
}
unsafe extern "C" {
    pub static mut argp_err_exit_status: error_t;
}
unsafe extern "C" {
    pub fn argp_help(
        __argp: *const argp,
        __stream: *mut FILE,
        __flags: ::core::ffi::c_uint,
        __name: *mut ::core::ffi::c_char,
    );
}
unsafe extern "C" {
    pub fn argp_state_help(
        __state: *const argp_state,
        __stream: *mut FILE,
        __flags: ::core::ffi::c_uint,
    );
}
unsafe extern "C" {
    pub fn argp_usage(__state: *const argp_state);
}
unsafe extern "C" {
    pub fn argp_error(__state: *const argp_state, __fmt: *const ::core::ffi::c_char, ...);
}
unsafe extern "C" {
    pub fn argp_failure(
        __state: *const argp_state,
        __status: ::core::ffi::c_int,
        __errnum: ::core::ffi::c_int,
        __fmt: *const ::core::ffi::c_char,
        ...
    );
}
unsafe extern "C" {
    pub fn _option_is_short(__opt: *const argp_option) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn _option_is_end(__opt: *const argp_option) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn _argp_input(__argp: *const argp, __state: *const argp_state)
    -> *mut ::core::ffi::c_void;
}
unsafe extern "C" {
    pub fn argz_create(
        __argv: *const *mut ::core::ffi::c_char,
        __argz: *mut *mut ::core::ffi::c_char,
        __len: *mut usize,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn argz_create_sep(
        __string: *const ::core::ffi::c_char,
        __sep: ::core::ffi::c_int,
        __argz: *mut *mut ::core::ffi::c_char,
        __len: *mut usize,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn argz_count(__argz: *const ::core::ffi::c_char, __len: usize) -> usize;
}
unsafe extern "C" {
    pub fn argz_extract(
        __argz: *const ::core::ffi::c_char,
        __len: usize,
        __argv: *mut *mut ::core::ffi::c_char,
    );
}
unsafe extern "C" {
    pub fn argz_stringify(
        __argz: *mut ::core::ffi::c_char,
        __len: usize,
        __sep: ::core::ffi::c_int,
    );
}
unsafe extern "C" {
    pub fn argz_append(
        __argz: *mut *mut ::core::ffi::c_char,
        __argz_len: *mut usize,
        __buf: *const ::core::ffi::c_char,
        __buf_len: usize,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn argz_add(
        __argz: *mut *mut ::core::ffi::c_char,
        __argz_len: *mut usize,
        __str: *const ::core::ffi::c_char,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn argz_add_sep(
        __argz: *mut *mut ::core::ffi::c_char,
        __argz_len: *mut usize,
        __string: *const ::core::ffi::c_char,
        __delim: ::core::ffi::c_int,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn argz_delete(
        __argz: *mut *mut ::core::ffi::c_char,
        __argz_len: *mut usize,
        __entry: *mut ::core::ffi::c_char,
    );
}
unsafe extern "C" {
    pub fn argz_insert(
        __argz: *mut *mut ::core::ffi::c_char,
        __argz_len: *mut usize,
        __before: *mut ::core::ffi::c_char,
        __entry: *const ::core::ffi::c_char,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn argz_replace(
        __argz: *mut *mut ::core::ffi::c_char,
        __argz_len: *mut usize,
        __str: *const ::core::ffi::c_char,
        __with: *const ::core::ffi::c_char,
        __replace_count: *mut ::core::ffi::c_uint,
    ) -> error_t;
}
unsafe extern "C" {
    pub fn argz_next(
        __argz: *const ::core::ffi::c_char,
        __argz_len: usize,
        __entry: *const ::core::ffi::c_char,
    ) -> *mut ::core::ffi::c_char;
}
unsafe extern "C" {
    pub fn mallopt(__param: ::core::ffi::c_int, __val: ::core::ffi::c_int) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn hurd_sys_ports_lookup_payload(
        bucket: *mut port_bucket,
        payload: ::core::ffi::c_ulong,
        port_class: *mut port_class,
    ) -> *mut ::core::ffi::c_void;
}
unsafe extern "C" {
    pub fn hurd_sys_ports_payload_get_name(payload: ::core::ffi::c_ulong) -> mach_port_t;
}
unsafe extern "C" {
    pub fn hurd_sys_ports_port_notify_right(port: *mut ::core::ffi::c_void) -> mach_port_t;
}
unsafe extern "C" {
    pub fn hurd_sys_ports_port_is_notify(port: *mut ::core::ffi::c_void) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn hurd_sys_idvec_contains(idvec: *const idvec, id: uid_t) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn hurd_sys_netfs_node_netnode(node: *mut node) -> *mut netnode;
}
unsafe extern "C" {
    pub fn hurd_sys_netfs_netnode_node(netnode: *mut netnode) -> *mut node;
}
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct __pthread {
    pub _address: u8,
}
pub type __builtin_va_list = [__va_list_tag; 1usize];
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct __va_list_tag {
    pub gp_offset: ::core::ffi::c_uint,
    pub fp_offset: ::core::ffi::c_uint,
    pub overflow_arg_area: *mut ::core::ffi::c_void,
    pub reg_save_area: *mut ::core::ffi::c_void,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of __va_list_tag"][::core::mem::size_of::<__va_list_tag>() - 24usize];
    ["Alignment of __va_list_tag"][::core::mem::align_of::<__va_list_tag>() - 8usize];
    ["Offset of field: __va_list_tag::gp_offset"]
        [::core::mem::offset_of!(__va_list_tag, gp_offset) - 0usize];
    ["Offset of field: __va_list_tag::fp_offset"]
        [::core::mem::offset_of!(__va_list_tag, fp_offset) - 4usize];
    ["Offset of field: __va_list_tag::overflow_arg_area"]
        [::core::mem::offset_of!(__va_list_tag, overflow_arg_area) - 8usize];
    ["Offset of field: __va_list_tag::reg_save_area"]
        [::core::mem::offset_of!(__va_list_tag, reg_save_area) - 16usize];
};
impl Default for __va_list_tag {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct rlock_list {
    pub _address: u8,
}
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct netnode {
    pub _address: u8,
}
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct dirmod {
    pub _address: u8,
}
