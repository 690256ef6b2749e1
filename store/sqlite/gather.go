package sqlite

import (
	"errors"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// gatherVFS is the operating system's files as SQLite knows them, but for the
// WAL: its writes are gathered in memory and reach the system in few calls, the
// last of them before each sync. SQLite itself makes two calls for each page,
// which is the larger part of what a commit costs.
//
// It changes nothing of what is durable when: SQLite relies on a write only
// after the sync that follows it. Hence it is only for connections with
// synchronous=FULL, which publish a commit after its sync.
const gatherVFS = "parley-gather"

// gatherBytes is how much of the WAL one call writes at most. 32 KiB are eight
// pages. Longer writes make Linux look for larger runs of free memory to cache
// them in, which on a busy machine took several times what gathering saves.
const gatherBytes = 32 << 10

// gatherFile is the method table of one open WAL, with what belongs to it. It
// lies in SQLite's memory.
type gatherFile struct {
	methods sqlite3.Tsqlite3_io_methods // first: the file points to it
	system  *sqlite3.Tsqlite3_io_methods
	start   int64 // where in the file the gathered bytes belong
	n       int32 // how many there are
	bytes   [gatherBytes]byte
}

// The functions of the tables as Go calls them.
type (
	openFunc     = func(tls *libc.TLS, vfs, name, file uintptr, flags int32, outFlags uintptr) int32
	transferFunc = func(tls *libc.TLS, file, bytes uintptr, n int32, offset int64) int32
	syncFunc     = func(tls *libc.TLS, file uintptr, flags int32) int32
	truncateFunc = func(tls *libc.TLS, file uintptr, size int64) int32
	sizeFunc     = func(tls *libc.TLS, file, size uintptr) int32
	closeFunc    = func(tls *libc.TLS, file uintptr) int32
)

// registerGather makes the VFS known to SQLite, once in a process.
func registerGather() error {
	tls := libc.NewTLS()
	defer tls.Close()
	name, err := libc.CString(gatherVFS)
	if err != nil {
		return err
	}
	if sqlite3.Xsqlite3_vfs_find(tls, name) != 0 {
		libc.Xfree(tls, name)
		return nil
	}
	system := sqlite3.Xsqlite3_vfs_find(tls, 0)
	p := sqlite3.Xsqlite3_malloc(tls, int32(unsafe.Sizeof(sqlite3.Tsqlite3_vfs{})))
	if system == 0 || p == 0 {
		return errors.New("register the WAL's file layer: out of memory")
	}
	vfs := at[sqlite3.Tsqlite3_vfs](p)
	*vfs = *at[sqlite3.Tsqlite3_vfs](system)
	vfs.FzName, vfs.FpAppData, vfs.FxOpen = name, system, address(openFunc(gatherOpen))
	if rc := sqlite3.Xsqlite3_vfs_register(tls, p, 0); rc != sqlite3.SQLITE_OK {
		return errors.New("register the WAL's file layer: refused")
	}
	return nil
}

// gatherOpen opens a file of the system, and puts the table of a WAL before the system's.
func gatherOpen(tls *libc.TLS, vfs, name, file uintptr, flags int32, outFlags uintptr) int32 {
	system := at[sqlite3.Tsqlite3_vfs](vfs).FpAppData
	open := function[openFunc](at[sqlite3.Tsqlite3_vfs](system).FxOpen)
	rc := open(tls, system, name, file, flags, outFlags)
	if rc != sqlite3.SQLITE_OK || flags&sqlite3.SQLITE_OPEN_WAL == 0 {
		return rc
	}
	p := sqlite3.Xsqlite3_malloc(tls, int32(unsafe.Sizeof(gatherFile{})))
	if p == 0 {
		return rc // ungathered is as good, only slower
	}
	head, g := at[sqlite3.Tsqlite3_file](file), at[gatherFile](p)
	g.system, g.start, g.n = at[sqlite3.Tsqlite3_io_methods](head.FpMethods), 0, 0
	g.methods = *g.system
	g.methods.FxWrite = address(transferFunc(gatherWrite))
	g.methods.FxSync = address(syncFunc(gatherSync))
	g.methods.FxRead = address(transferFunc(gatherRead))
	g.methods.FxTruncate = address(truncateFunc(gatherTruncate))
	g.methods.FxFileSize = address(sizeFunc(gatherSize))
	g.methods.FxClose = address(closeFunc(gatherClose))
	head.FpMethods = p
	return rc
}

func gathering(file uintptr) *gatherFile {
	return at[gatherFile](at[sqlite3.Tsqlite3_file](file).FpMethods)
}

// flush writes what was gathered. What cannot be written is dropped: the
// transaction that it belongs to fails.
func (g *gatherFile) flush(tls *libc.TLS, file uintptr) int32 {
	n := g.n
	if n == 0 {
		return sqlite3.SQLITE_OK
	}
	g.n = 0
	return function[transferFunc](g.system.FxWrite)(tls, file, uintptr(unsafe.Pointer(&g.bytes)), n, g.start)
}

func gatherWrite(tls *libc.TLS, file, bytes uintptr, n int32, offset int64) int32 {
	g := gathering(file)
	if g.n > 0 && (offset != g.start+int64(g.n) || n > gatherBytes-g.n) {
		if rc := g.flush(tls, file); rc != sqlite3.SQLITE_OK {
			return rc
		}
	}
	if n > gatherBytes {
		return function[transferFunc](g.system.FxWrite)(tls, file, bytes, n, offset)
	}
	if g.n == 0 {
		g.start = offset
	}
	copy(g.bytes[g.n:], unsafe.Slice(at[byte](bytes), n))
	g.n += n
	return sqlite3.SQLITE_OK
}

func gatherSync(tls *libc.TLS, file uintptr, flags int32) int32 {
	g := gathering(file)
	if rc := g.flush(tls, file); rc != sqlite3.SQLITE_OK {
		return rc
	}
	return function[syncFunc](g.system.FxSync)(tls, file, flags)
}

func gatherRead(tls *libc.TLS, file, bytes uintptr, n int32, offset int64) int32 {
	g := gathering(file)
	if rc := g.flush(tls, file); rc != sqlite3.SQLITE_OK {
		return rc
	}
	return function[transferFunc](g.system.FxRead)(tls, file, bytes, n, offset)
}

func gatherTruncate(tls *libc.TLS, file uintptr, size int64) int32 {
	g := gathering(file)
	if rc := g.flush(tls, file); rc != sqlite3.SQLITE_OK {
		return rc
	}
	return function[truncateFunc](g.system.FxTruncate)(tls, file, size)
}

func gatherSize(tls *libc.TLS, file, size uintptr) int32 {
	g := gathering(file)
	if rc := g.flush(tls, file); rc != sqlite3.SQLITE_OK {
		return rc
	}
	return function[sizeFunc](g.system.FxFileSize)(tls, file, size)
}

func gatherClose(tls *libc.TLS, file uintptr) int32 {
	g := gathering(file)
	flushed := g.flush(tls, file)
	at[sqlite3.Tsqlite3_file](file).FpMethods = uintptr(unsafe.Pointer(g.system))
	rc := function[closeFunc](g.system.FxClose)(tls, file)
	sqlite3.Xsqlite3_free(tls, uintptr(unsafe.Pointer(g)))
	return max(rc, flushed)
}

// at returns what lies at an address of SQLite's memory.
func at[T any](p uintptr) *T { return *(**T)(unsafe.Pointer(&p)) }

// function returns the function that an entry of a table stands for.
func function[F any](p uintptr) F { return *(*F)(unsafe.Pointer(&p)) }

// address returns the table entry of a function that is no closure.
func address[F any](f F) uintptr { return *(*uintptr)(unsafe.Pointer(&f)) }
