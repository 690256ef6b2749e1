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
	Options

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

// attributes describe a file or directory to the kernel.
func (d *disk) attributes(kind, mode uint32, size int, out *fuse.Attr) {
	out.Mode, out.Size, out.Uid, out.Gid = kind|mode&0o7777, uint64(size), d.UID, d.UID
	out.Nlink = 1 // the kernel links nothing that has no name
}

// dirNode shows a directory to the kernel.
type dirNode struct {
	fs.Inode
	disk *disk
	dir  *directory
	mode uint32
}

var (
	_ fs.NodeCreater   = (*dirNode)(nil)
	_ fs.NodeMkdirer   = (*dirNode)(nil)
	_ fs.NodeUnlinker  = (*dirNode)(nil)
	_ fs.NodeRmdirer   = (*dirNode)(nil)
	_ fs.NodeRenamer   = (*dirNode)(nil)
	_ fs.NodeLinker    = (*dirNode)(nil)
	_ fs.NodeFsyncer   = (*dirNode)(nil)
	_ fs.NodeGetattrer = (*dirNode)(nil)
	_ fs.NodeSetattrer = (*dirNode)(nil)
)

// Create makes a file.
func (n *dirNode) Create(ctx context.Context, name string, _ uint32, mode uint32, out *fuse.EntryOut) (*fs.Inode, fs.FileHandle, uint32, syscall.Errno) {
	n.disk.mu.Lock()
	defer n.disk.mu.Unlock()
	if fault := n.dir.volume.fault(space); fault != 0 {
		return nil, nil, 0, fault
	}
	n.disk.op()
	f := &file{volume: n.dir.volume}
	n.dir.change(entry{name: name, is: f})
	n.disk.attributes(fuse.S_IFREG, mode, 0, &out.Attr)
	child := n.NewPersistentInode(ctx, &fileNode{disk: n.disk, file: f, mode: mode}, fs.StableAttr{Mode: fuse.S_IFREG})
	return child, nil, 0, fs.OK
}

// Mkdir makes a directory; one of the root is a disk of its own.
func (n *dirNode) Mkdir(ctx context.Context, name string, mode uint32, out *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	n.disk.mu.Lock()
	defer n.disk.mu.Unlock()
	if fault := n.dir.volume.fault(space); fault != 0 {
		return nil, fault
	}
	n.disk.op()
	d := newDirectory()
	if d.volume = n.dir.volume; d.volume == nil {
		d.volume = &volume{}
	}
	n.dir.change(entry{name: name, is: d})
	n.disk.attributes(fuse.S_IFDIR, mode, 0, &out.Attr)
	return n.NewPersistentInode(ctx, &dirNode{disk: n.disk, dir: d, mode: mode}, fs.StableAttr{Mode: fuse.S_IFDIR}), fs.OK
}

// Unlink takes a name away; what it named is freed once nobody has it open and the directory is synced.
func (n *dirNode) Unlink(_ context.Context, name string) syscall.Errno {
	n.disk.mu.Lock()
	n.disk.op()
	n.dir.change(entry{name: name})
	n.disk.mu.Unlock()
	if child := n.GetChild(name); child != nil && !n.linked(child) {
		child.ForgetPersistent()
	}
	return fs.OK
}

// linked takes a name off a file and reports whether it has another one.
func (n *dirNode) linked(child *fs.Inode) bool {
	n.disk.mu.Lock()
	defer n.disk.mu.Unlock()
	f, is := child.Operations().(*fileNode)
	if !is || f.links == 0 {
		return false
	}
	f.links--
	return true
}

// Link gives a file a further name.
func (n *dirNode) Link(_ context.Context, target fs.InodeEmbedder, name string, out *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	n.disk.mu.Lock()
	defer n.disk.mu.Unlock()
	f, is := target.(*fileNode)
	if !is {
		return nil, syscall.EPERM
	}
	if fault := n.dir.volume.fault(space); fault != 0 {
		return nil, fault
	}
	n.disk.op()
	f.links++
	n.dir.change(entry{name: name, is: f.file})
	n.disk.attributes(fuse.S_IFREG, f.mode, len(f.file.data), &out.Attr)
	return f.EmbeddedInode(), fs.OK
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
	if fault := n.dir.volume.fault(names); fault != 0 {
		return fault
	}
	n.disk.op()
	n.dir.change(entry{name: newName, is: n.dir.entries[name], clear: name})
	return fs.OK
}

// Fsync makes the names of the directory durable.
func (n *dirNode) Fsync(context.Context, fs.FileHandle, uint32) syscall.Errno {
	n.disk.mu.Lock()
	defer n.disk.mu.Unlock()
	if fault := n.dir.volume.fault(nothing); fault != 0 {
		return fault
	}
	n.disk.op()
	n.dir.sync()
	return fs.OK
}

// Getattr tells mode and owner.
func (n *dirNode) Getattr(_ context.Context, _ fs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	n.disk.mu.Lock()
	defer n.disk.mu.Unlock()
	n.disk.attributes(fuse.S_IFDIR, n.mode, 0, &out.Attr)
	return fs.OK
}

// Setattr changes the mode.
func (n *dirNode) Setattr(_ context.Context, _ fs.FileHandle, in *fuse.SetAttrIn, out *fuse.AttrOut) syscall.Errno {
	n.disk.mu.Lock()
	defer n.disk.mu.Unlock()
	if mode, ok := in.GetMode(); ok {
		n.mode = mode
	}
	n.disk.attributes(fuse.S_IFDIR, n.mode, 0, &out.Attr)
	return fs.OK
}
