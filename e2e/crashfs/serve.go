package crashfs

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/rpc"
	"time"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// serve mounts a file system and obeys the connection until it ends.
func serve(dir string, opts Options, conn io.ReadWriteCloser) error {
	d := &disk{Options: opts, root: newDirectory(), hook: map[int]func(){}}
	hour := time.Hour
	server, err := fs.Mount(dir, &dirNode{disk: d, dir: d.root, mode: 0o755}, &fs.Options{
		MountOptions: fuse.MountOptions{DirectMountStrict: true, FsName: "crashfs", Name: "crashfs", AllowOther: opts.UID != 0},
		EntryTimeout: &hour,
		AttrTimeout:  &hour,
	})
	if err != nil {
		return err
	}
	r := rpc.NewServer()
	if err := r.Register(&Server{disk: d}); err != nil {
		return err
	}
	r.ServeConn(conn)
	return server.Unmount()
}

// Server is what the process that serves the file system is asked to do.
type Server struct {
	disk *disk
	err  error // of a clone that was taken later
}

// Ready answers once the file system is mounted.
func (s *Server) Ready(struct{}, *struct{}) error { return nil }

// Clone takes a clone now or later.
func (s *Server) Clone(args CloneArgs, _ *struct{}) error {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	from, err := s.find(args.Dir)
	if err != nil {
		return err
	}
	take := func() error { return from.write(rand.New(rand.NewPCG(args.Seed, 0)), args.To) }
	if args.After == 0 {
		return take()
	}
	at := s.disk.ops + args.After
	for s.disk.hook[at] != nil {
		at++
	}
	s.disk.hook[at] = func() {
		if err := take(); err != nil {
			s.err = err
		}
	}
	return nil
}

// Settle takes the clones that wait.
func (s *Server) Settle(struct{}, *struct{}) error {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	for at, take := range s.disk.hook {
		delete(s.disk.hook, at)
		take()
	}
	return s.err
}

// FailSyncs makes the syncs of files fail, or work again.
func (s *Server) FailSyncs(failing bool, _ *struct{}) error {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	s.disk.failing = failing
	return nil
}

// Outage takes a clone of everything and the power from it.
func (s *Server) Outage(args OutageArgs, _ *struct{}) error {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	s.each(func(d *directory) { d.volume.gone = true })
	return s.disk.root.write(rand.New(rand.NewPCG(args.Seed, 0)), args.To)
}

// Refuse has a disk refuse writes, or take them again.
func (s *Server) Refuse(args RefuseArgs, _ *struct{}) error {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	d, err := s.find(args.Dir)
	if err == nil {
		d.volume.refuses = args.Why
	}
	return err
}

// each calls f for every directory in the root.
func (s *Server) each(f func(*directory)) {
	for _, is := range s.disk.root.entries {
		if d, ok := is.(*directory); ok {
			f(d)
		}
	}
}

func (s *Server) find(name string) (*directory, error) {
	if name == "" {
		return s.disk.root, nil
	}
	d, ok := s.disk.root.entries[name].(*directory)
	if !ok {
		return nil, fmt.Errorf("no directory %s", name)
	}
	return d, nil
}
