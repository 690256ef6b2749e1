package crashfs

import (
	"context"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// fileNode shows a file to the kernel.
type fileNode struct {
	fs.Inode
	disk  *disk
	file  *file
	mode  uint32
	links int // names beside the first
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
	if fault := n.file.volume.fault(space); fault != 0 {
		return 0, fault
	}
	n.disk.op()
	n.file.change(write{at: off, data: append([]byte{}, data...)})
	return uint32(len(data)), fs.OK
}

// Fsync makes the content durable.
func (n *fileNode) Fsync(context.Context, fs.FileHandle, uint32) syscall.Errno {
	n.disk.mu.Lock()
	defer n.disk.mu.Unlock()
	if fault := n.file.volume.fault(nothing); fault != 0 {
		return fault
	}
	n.disk.op()
	if n.disk.failing {
		return syscall.EIO
	}
	n.file.sync()
	if name, parent := n.Parent(); n.disk.SyncNames && parent != nil {
		parent.Operations().(*dirNode).dir.syncName(name)
	}
	return fs.OK
}

// Getattr tells size, mode and owner.
func (n *fileNode) Getattr(_ context.Context, _ fs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	n.disk.mu.Lock()
	defer n.disk.mu.Unlock()
	n.disk.attributes(fuse.S_IFREG, n.mode, len(n.file.data), &out.Attr)
	return fs.OK
}

// Setattr changes size and mode.
func (n *fileNode) Setattr(_ context.Context, _ fs.FileHandle, in *fuse.SetAttrIn, out *fuse.AttrOut) syscall.Errno {
	n.disk.mu.Lock()
	defer n.disk.mu.Unlock()
	if size, ok := in.GetSize(); ok {
		if fault := n.file.volume.fault(toSize(size, len(n.file.data))); fault != 0 {
			return fault
		}
		n.disk.op()
		n.file.change(write{at: int64(size)})
	}
	if mode, ok := in.GetMode(); ok {
		n.mode = mode
	}
	n.disk.attributes(fuse.S_IFREG, n.mode, len(n.file.data), &out.Attr)
	return fs.OK
}

// toSize tells what it needs that a file gets another size.
func toSize(size uint64, now int) need {
	if size > uint64(now) {
		return space
	}
	return names
}
