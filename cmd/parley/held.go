package main

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"parley/app/privacy"
	"parley/client"
	"parley/server/private"
)

type heldCommand struct {
	held
	Contact  string `xor:"whom" required:"" help:"Id of a contact: what is held of its whole chat."`
	Customer string `xor:"whom" required:"" help:"CustomerId: what is held of all chats of the customer."`
	To       string `required:"" type:"path" placeholder:"FILE.zip" help:"File that it is written to; it must not be there yet."`
}

// Run writes everything that is held about a contact or a customer into a file. Where nothing is held there is no file, and an error.
func (c heldCommand) Run(ctx context.Context) error {
	instance, err := c.instance()
	if err != nil {
		return err
	}
	file, err := os.OpenFile(c.To, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already", c.To)
	}
	if err != nil {
		return err
	}
	about, err := c.fill(ctx, file, private.Wanted{Instance: instance, Contact: c.Contact, Customer: c.Customer})
	if err = errors.Join(err, file.Close()); err != nil {
		return errors.Join(err, os.Remove(c.To))
	}
	fmt.Printf("Export %s: %s has what is held of %s. Keep it as what it is: all that was said, and every file.\n", about.ID, c.To, privacy.Chats(about.Chats))
	return nil
}

// fill writes a file, and reads what it says of itself.
func (c heldCommand) fill(ctx context.Context, file *os.File, wanted private.Wanted) (about privacy.Contents, err error) {
	err = c.ask(func(to *client.Client) error { return to.Download(ctx, "POST", private.Export, wanted, file) })
	if err != nil {
		return about, err
	}
	size, err := file.Seek(0, 1)
	if err != nil {
		return about, err
	}
	z, err := zip.NewReader(file, size)
	if err != nil {
		return about, fmt.Errorf("the export is not whole: %w", err)
	}
	if len(z.File) == 1 && z.File[0].Name == privacy.About {
		return about, errors.New("nothing is held of this customer: no chat has begun under this CustomerId, or all of it was erased; no file was written")
	}
	said, err := z.Open(privacy.About)
	if err != nil {
		return about, fmt.Errorf("the export is not whole: %w", err)
	}
	err = errors.Join(json.NewDecoder(said).Decode(&about), said.Close(), file.Sync())
	return about, err
}
