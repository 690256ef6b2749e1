package crashfs

import (
	"context"
	"sync"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// disk is the whole file system; one lock guards it.
type disk struct {
	mu   sync.Mutex
	root *directory
	ops  int            // changes and syncs so far
	hook map[int]func() // called before the op of that number
	// failing: every sync fails and makes nothing durable.
	failing bool
}

// op counts a change or sync; the caller holds the lock.
func (d *disk) op() {
	d.ops++
	if f := d.hook[d.ops]; f != nil {
		delete(d.hook, d.ops)
		f()
	}
}

// dirNode shows a directory to the kernel.
type dirNode struct {
	fs.Inode
	disk *disk
	dir  *directory
}

var (
	_ fs.NodeCreater  = (*dirNode)(nil)
	_ fs.NodeMkdirer  = (*dirNode)(nil)
	_ fs.NodeUnlinker = (*dirNode)(nil)
	_ fs.NodeRmdirer  = (*dirNode)(nil)
	_ fs.NodeRenamer  = (*dirNode)(nil)
	_ fs.NodeFsyncer  = (*dirNode)(nil)
)

// Create makes a file.
func (n *dirNode) Create(ctx context.Context, name string, _ uint32, mode uint32, out *fuse.EntryOut) (*fs.Inode, fs.FileHandle, uint32, syscall.Errno) {
	n.disk.mu.Lock()
	defer n.disk.mu.Unlock()
	n.disk.op()
	f := &file{}
	n.dir.change(entry{name: name, is: f})
	out.Mode = fuse.S_IFREG | mode
	child := n.NewPersistentInode(ctx, &fileNode{disk: n.disk, file: f, mode: mode}, fs.StableAttr{Mode: fuse.S_IFREG})
	return child, nil, 0, fs.OK
}

// Mkdir makes a directory.
func (n *dirNode) Mkdir(ctx context.Context, name string, mode uint32, out *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	n.disk.mu.Lock()
	defer n.disk.mu.Unlock()
	n.disk.op()
	d := newDirectory()
	n.dir.change(entry{name: name, is: d})
	out.Mode = fuse.S_IFDIR | mode
	return n.NewPersistentInode(ctx, &dirNode{disk: n.disk, dir: d}, fs.StableAttr{Mode: fuse.S_IFDIR}), fs.OK
}

// Unlink takes a name away; what it named is freed once nobody has it open and the directory is synced.
func (n *dirNode) Unlink(_ context.Context, name string) syscall.Errno {
	n.disk.mu.Lock()
	n.disk.op()
	n.dir.change(entry{name: name})
	n.disk.mu.Unlock()
	if child := n.GetChild(name); child != nil {
		child.ForgetPersistent()
	}
	return fs.OK
}

// Rmdir takes the name of a directory away.
func (n *dirNode) Rmdir(ctx context.Context, name string) syscall.Errno { return n.Unlink(ctx, name) }

// Rename moves a name within its directory; no other move is needed.
func (n *dirNode) Rename(_ context.Context, name string, parent fs.InodeEmbedder, newName string, _ uint32) syscall.Errno {
	n.disk.mu.Lock()
	defer n.disk.mu.Unlock()
	if parent.EmbeddedInode() != n.EmbeddedInode() {
		return syscall.EXDEV
	}
	n.disk.op()
	n.dir.change(entry{name: newName, is: n.dir.entries[name], clear: name})
	return fs.OK
}

// Fsync makes the names of the directory durable.
func (n *dirNode) Fsync(context.Context, fs.FileHandle, uint32) syscall.Errno {
	n.disk.mu.Lock()
	defer n.disk.mu.Unlock()
	n.disk.op()
	n.dir.sync()
	return fs.OK
}

// fileNode shows a file to the kernel.
type fileNode struct {
	fs.Inode
	disk *disk
	file *file
	mode uint32
}

var (
	_ fs.NodeOpener    = (*fileNode)(nil)
	_ fs.NodeReader    = (*fileNode)(nil)
	_ fs.NodeWriter    = (*fileNode)(nil)
	_ fs.NodeFsyncer   = (*fileNode)(nil)
	_ fs.NodeGetattrer = (*fileNode)(nil)
	_ fs.NodeSetattrer = (*fileNode)(nil)
)

// Open keeps the kernel's pages: only the kernel changes the file.
func (n *fileNode) Open(context.Context, uint32) (fs.FileHandle, uint32, syscall.Errno) {
	return nil, fuse.FOPEN_KEEP_CACHE, fs.OK
}

// Read returns what is there, synced or not.
func (n *fileNode) Read(_ context.Context, _ fs.FileHandle, dest []byte, off int64) (fuse.ReadResult, syscall.Errno) {
	n.disk.mu.Lock()
	defer n.disk.mu.Unlock()
	if off >= int64(len(n.file.data)) {
		return fuse.ReadResultData(nil), fs.OK
	}
	return fuse.ReadResultData(dest[:copy(dest, n.file.data[off:])]), fs.OK
}

// Write changes the content until a sync makes that durable.
func (n *fileNode) Write(_ context.Context, _ fs.FileHandle, data []byte, off int64) (uint32, syscall.Errno) {
	n.disk.mu.Lock()
	defer n.disk.mu.Unlock()
	n.disk.op()
	n.file.change(write{at: off, data: append([]byte{}, data...)})
	return uint32(len(data)), fs.OK
}

// Fsync makes the content durable.
func (n *fileNode) Fsync(context.Context, fs.FileHandle, uint32) syscall.Errno {
	n.disk.mu.Lock()
	defer n.disk.mu.Unlock()
	n.disk.op()
	if n.disk.failing {
		return syscall.EIO
	}
	n.file.sync()
	return fs.OK
}

// Getattr tells size and mode.
func (n *fileNode) Getattr(_ context.Context, _ fs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	n.disk.mu.Lock()
	defer n.disk.mu.Unlock()
	out.Mode, out.Size = fuse.S_IFREG|n.mode, uint64(len(n.file.data))
	return fs.OK
}

// Setattr changes size and mode.
func (n *fileNode) Setattr(_ context.Context, _ fs.FileHandle, in *fuse.SetAttrIn, out *fuse.AttrOut) syscall.Errno {
	n.disk.mu.Lock()
	defer n.disk.mu.Unlock()
	if size, ok := in.GetSize(); ok {
		n.disk.op()
		n.file.change(write{at: int64(size)})
	}
	if mode, ok := in.GetMode(); ok {
		n.mode = mode
	}
	out.Mode, out.Size = fuse.S_IFREG|n.mode, uint64(len(n.file.data))
	return fs.OK
}
