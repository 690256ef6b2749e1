package carry

import (
	"context"
	"errors"
	"maps"
	"net/http"

	"parley/client"
)

// ourKinds are what an instance of Parley has beside the Amazon Connect API. Their operations are those of server/setup.
func ourKinds() []*kind {
	practice := words("GiveBack GraceSeconds ReturnSeconds DispositionCodes Alerts Queues")
	response := words("Title Content ContentType Language QueueIds RoutingProfileIds Inactive")
	widget := words("ContactFlowId Origins SignedOnly TypingPreview WebPush SeparateDevices KeepHistory QueueId MessageFlowId StartsPerMinute Look")
	return []*kind{
		{ref: "settings", dir: "settings", key: "Name", id: "Name", read: readSettings, ours: true, parts: []part{replaced("UpdateSettings", practice)}},
		{ref: "quick-response", dir: "quick-responses", key: "Shortcut", id: "QuickResponseId", read: listed("ListQuickResponses", "QuickResponses", "quick-response"), ours: true,
			create: "CreateQuickResponse", births: response, needs: words("QueueIds RoutingProfileIds"), delete: "DeleteQuickResponse",
			parts: []part{replaced("UpdateQuickResponse", response)}},
		{ref: "widget", dir: "widgets", key: "Name", id: "WidgetId", read: listed("ListWidgets", "Widgets", "widget"), ours: true,
			create: "CreateWidget", births: widget, needs: words("ContactFlowId QueueId MessageFlowId"), delete: "DeleteWidget",
			parts: []part{replaced("UpdateWidget", widget)}},
	}
}

// listed reads things of which the list tells all.
func listed(operation, member, ref string) func(context.Context, *API) ([]*thing, error) {
	return func(ctx context.Context, a *API) (all []*thing, err error) {
		list, err := a.list(ctx, operation, member, nil)
		k := kindOf(ref)
		for _, d := range objects(list) {
			all = append(all, &thing{kind: k, id: text(d, k.id), arn: text(d, k.id), doc: pick(d, k.members())})
		}
		return all, err
	}
}

// settingsName is the name of the only settings of an instance.
const settingsName = "Agents"

// readSettings reads how agents work.
func readSettings(ctx context.Context, a *API) ([]*thing, error) {
	out, err := a.call(ctx, "DescribeSettings", nil)
	if err != nil {
		return nil, err
	}
	return []*thing{{kind: kindOf("settings"), id: settingsName, arn: settingsName, doc: with(object(out, "Settings"), "Name", settingsName)}}, nil
}

// replaced is what an operation sets that takes all of a thing.
func replaced(operation string, members []string) part {
	return part{members: members, whole: operation, do: func(ctx context.Context, w *writer, have *thing, want Doc) error {
		in := have.kind.whole(want, members)
		if have.kind.create != "" {
			in[have.kind.id] = have.id
		}
		_, err := w.call(ctx, operation, in)
		return err
	}}
}

// whole is all that a thing is, as the operation takes it that replaces it.
func (k *kind) whole(d Doc, members []string) Doc {
	if k.create != "" {
		members = append([]string{k.key}, members...)
	}
	return pick(d, members)
}

// asThere is a document of ours in the form in which it is told of: what is false is left out, and a shortcut has no capitals.
func asThere(k *kind, d Doc, is *thing) Doc {
	d = with(d, k.key, is.doc[k.key])
	maps.DeleteFunc(d, func(_ string, value any) bool { return value == false })
	return d
}

// foreign reports whether a server that is not ours, or one that does not let the caller, refuses an operation of ours.
func foreign(err error) bool {
	refused, ok := errors.AsType[*client.Error](err)
	return ok && (refused.Status == http.StatusForbidden || refused.Status == http.StatusNotFound)
}
