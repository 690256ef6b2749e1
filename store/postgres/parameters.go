package postgres

import (
	"encoding/binary"

	"github.com/jackc/pgx/v5/pgtype"

	"parley/domain/change"
	"parley/store/batch"
)

// parameters are those of one statement in PostgreSQL's binary form, most of them
// arrays of one dimension. The memory is used again.
type parameters struct {
	data   []byte
	ends   []int
	values [][]byte
}

// plain adds those of a batch of plain appends: a column each.
func (p *parameters) plain(list []batch.Append) {
	texts(p, list, func(a *batch.Append) string { return a.Session })
	numbers(p, list, func(a *batch.Append) int64 { return a.Version })
	numbers(p, list, func(a *batch.Append) int64 { return a.At })
	blobs(p, list, func(a *batch.Append) []byte { return a.Body })
	texts(p, list, func(a *batch.Append) string { return token(a).Scope })
	blobs(p, list, func(a *batch.Append) []byte {
		if a.Once == nil {
			return nil
		}
		return a.Once.Key[:]
	})
	blobs(p, list, func(a *batch.Append) []byte { return token(a).Fingerprint[:] })
	blobs(p, list, func(a *batch.Append) []byte { return batch.NotNil(token(a).Answer) })
	numbers(p, list, func(a *batch.Append) int64 { return batch.Millis(token(a).Expires) })
}

// token is a Set's client token, or one of zero value that is not written.
func token(a *batch.Append) *change.Once {
	if a.Once == nil {
		return &change.Once{}
	}
	return a.Once
}

// reset forgets everything.
func (p *parameters) reset() { p.data, p.ends = p.data[:0], p.ends[:0] }

// raw adds a parameter that is not an array.
func (p *parameters) raw(b []byte) {
	p.data = append(p.data, b...)
	p.end()
}

func (p *parameters) end() { p.ends = append(p.ends, len(p.data)) }

// list returns the parameters; they are good until reset.
func (p *parameters) list() [][]byte {
	p.values = p.values[:0]
	start := 0
	for _, end := range p.ends {
		p.values = append(p.values, p.data[start:end])
		start = end
	}
	return p.values
}

// array begins an array: its dimensions, whether it may hold NULL, the type of its
// elements, how many there are, and the first one's index.
func (p *parameters) array(oid uint32, n int) {
	for _, word := range [...]uint32{1, 1, oid, uint32(n), 1} {
		p.data = binary.BigEndian.AppendUint32(p.data, word)
	}
}

func texts[R any](p *parameters, rows []R, of func(*R) string) {
	p.array(pgtype.TextOID, len(rows))
	for i := range rows {
		text := of(&rows[i])
		p.data = append(binary.BigEndian.AppendUint32(p.data, uint32(len(text))), text...)
	}
	p.end()
}

// null is the length of a value that is NULL.
const null = 1<<32 - 1

// blobs adds an array of bytes; nil is NULL.
func blobs[R any](p *parameters, rows []R, of func(*R) []byte) {
	p.array(pgtype.ByteaOID, len(rows))
	for i := range rows {
		blob := of(&rows[i])
		size := uint32(len(blob))
		if blob == nil {
			size = null
		}
		p.data = append(binary.BigEndian.AppendUint32(p.data, size), blob...)
	}
	p.end()
}

func numbers[R any](p *parameters, rows []R, of func(*R) int64) {
	p.array(pgtype.Int8OID, len(rows))
	for i := range rows {
		p.data = binary.BigEndian.AppendUint32(p.data, 8)
		p.data = binary.BigEndian.AppendUint64(p.data, uint64(of(&rows[i])))
	}
	p.end()
}
