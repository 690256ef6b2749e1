package carry

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"

	"parley/client"
)

func readInstance(ctx context.Context, a *API) ([]*thing, error) {
	out, err := a.call(ctx, "DescribeInstance", nil)
	if err != nil {
		return nil, err
	}
	d := object(out, "Instance")
	t := &thing{kind: kindOf("instance"), id: text(d, "Id"), arn: text(d, "Arn"), doc: pick(d, []string{"Tags"})}
	list, err := a.list(ctx, "ListInstanceAttributes", "Attributes", nil)
	if err != nil {
		return nil, err
	}
	attributes := Doc{}
	for _, attribute := range objects(list) {
		attributes[text(attribute, "AttributeType")] = attribute["Value"]
	}
	t.doc["Attributes"] = attributes
	if t.doc["ApprovedOrigins"], err = a.list(ctx, "ListApprovedOrigins", "Origins", nil); err != nil {
		return nil, err
	}
	if t.doc["AttachedFiles"], err = a.files(ctx); err != nil {
		return nil, err
	}
	out, err = a.call(ctx, "DescribeUserHierarchyStructure", nil)
	structure := Doc{}
	for level, of := range object(out, "HierarchyStructure") {
		if of, ok := of.(Doc); ok {
			structure[level] = pick(of, []string{"Name"})
		}
	}
	t.doc["HierarchyStructure"] = structure
	return []*thing{t}, err
}

// files returns what may be attached, by scope; nothing where a server does not know that.
func (a *API) files(ctx context.Context) (Doc, error) {
	list, err := a.list(ctx, "ListAttachedFilesConfigurations", "AttachedFilesConfigurations", nil)
	if client.TypeOf(err) == "NotImplementedException" {
		return nil, nil
	}
	scopes := Doc{}
	for _, d := range objects(list) {
		allowed, _ := object(d, "ExtensionConfiguration")["AllowedExtensions"].([]any)
		slices.SortFunc(allowed, func(a, b any) int { return cmp.Compare(sortKey(a), sortKey(b)) })
		scopes[text(d, "AttachmentScope")] = pick(d, words("MaximumSizeLimitInBytes ExtensionConfiguration"))
	}
	return scopes, err
}

// storedTypes are what a storage configuration can be for.
var storedTypes = words(`CHAT_TRANSCRIPTS CALL_RECORDINGS SCHEDULED_REPORTS MEDIA_STREAMS CONTACT_TRACE_RECORDS AGENT_EVENTS
	REAL_TIME_CONTACT_ANALYSIS_SEGMENTS ATTACHMENTS CONTACT_EVALUATIONS SCREEN_RECORDINGS
	REAL_TIME_CONTACT_ANALYSIS_CHAT_SEGMENTS REAL_TIME_CONTACT_ANALYSIS_VOICE_SEGMENTS EMAIL_MESSAGES`)

func readStorage(ctx context.Context, a *API) (all []*thing, err error) {
	for _, of := range storedTypes {
		list, err := a.list(ctx, "ListInstanceStorageConfigs", "StorageConfigs", Doc{"ResourceType": of})
		if err != nil {
			return nil, err
		}
		for _, config := range objects(list) {
			id := text(config, "AssociationId")
			delete(config, "AssociationId")
			all = append(all, &thing{kind: kindOf("storage"), id: id, arn: id, doc: Doc{"ResourceType": of, "StorageConfig": config}})
		}
	}
	return all, nil
}

func readFunctions(ctx context.Context, a *API) (all []*thing, err error) {
	list, err := a.list(ctx, "ListLambdaFunctions", "LambdaFunctions", nil)
	for _, arn := range list {
		arn, _ := arn.(string)
		all = append(all, &thing{kind: kindOf("function"), id: arn, arn: arn, doc: Doc{"FunctionArn": arn}})
	}
	return all, err
}

func readBots(ctx context.Context, a *API) (all []*thing, err error) {
	list, err := a.list(ctx, "ListBots", "LexBots", Doc{"LexVersion": "V2"})
	for _, bot := range objects(list) {
		arn := text(object(bot, "LexV2Bot"), "AliasArn")
		all = append(all, &thing{kind: kindOf("bot"), id: arn, arn: arn, doc: Doc{"AliasArn": arn}})
	}
	return all, err
}

func readLexBots(ctx context.Context, a *API) (all []*thing, err error) {
	list, err := a.list(ctx, "ListBots", "LexBots", Doc{"LexVersion": "V1"})
	for _, bot := range objects(list) {
		d := pick(object(bot, "LexBot"), words("Name LexRegion"))
		id := text(d, "Name") + "/" + text(d, "LexRegion")
		all = append(all, &thing{kind: kindOf("lex-bot"), id: id, arn: id, doc: d})
	}
	return all, err
}

func readIntegrations(ctx context.Context, a *API) (all []*thing, err error) {
	list, err := a.list(ctx, "ListIntegrationAssociations", "IntegrationAssociationSummaryList", nil)
	for _, d := range objects(list) {
		k := kindOf("integration")
		t := &thing{kind: k, id: text(d, k.id), arn: text(d, "IntegrationAssociationArn"), doc: pick(d, k.members())}
		out, err := a.call(ctx, "ListTagsForResource", Doc{"resourceArn": t.arn})
		if err != nil {
			return nil, err
		}
		t.doc["Tags"] = object(out, "tags")
		all = append(all, t)
	}
	return all, err
}

// lastOf is what flows call a function or a bot by: the end of its ARN.
func lastOf(arn string) string {
	for _, mark := range []string{":function:", ":bot-alias/"} {
		if _, name, ok := strings.Cut(arn, mark); ok {
			return name
		}
	}
	return arn
}

func ofAmazon(summary Doc) bool { return strings.HasPrefix(text(summary, "Name"), "connect:") }

func readPredefined(_ context.Context, _ *API, t *thing, _ Doc) error {
	if config := object(t.doc, "AttributeConfiguration"); len(config) > 0 {
		t.doc["AttributeConfiguration"] = pick(config, []string{"EnableValueValidationOnAssociation"})
	}
	return nil
}

func readOverrides(ctx context.Context, a *API, t *thing, _ Doc) error {
	list, err := a.list(ctx, "ListHoursOfOperationOverrides", "HoursOfOperationOverrideList", Doc{t.kind.id: t.id})
	var all []any
	for _, o := range objects(list) {
		all = append(all, pick(o, overrideMembers))
	}
	t.doc["Overrides"] = all
	return err
}

var overrideMembers = words("Name Description Config EffectiveFrom EffectiveTill RecurrenceConfig OverrideType")

// readPromptFile tells where a prompt comes from. Amazon Connect gives a link for a
// moment, which says nothing about that; Parley the place itself, or the text that a prompt says in a chat.
func readPromptFile(ctx context.Context, a *API, t *thing, _ Doc) error {
	out, err := a.call(ctx, "GetPromptFile", Doc{t.kind.id: t.id})
	if notFound(err) {
		return nil
	}
	file := text(out, "PromptPresignedUrl")
	if said, ok := strings.CutPrefix(file, "data:text/plain;charset=utf-8,"); ok {
		t.doc["S3Uri"] = "s3://parley-text/" + said
	} else if strings.HasPrefix(file, "s3://") {
		t.doc["S3Uri"] = file
	}
	return err
}

// leftOut takes out of a document what cannot be carried, and says so.
func leftOut(d Doc) (notes []string) {
	if caller := object(d, "OutboundCallerConfig"); caller["OutboundCallerIdNumberId"] != nil {
		delete(caller, "OutboundCallerIdNumberId")
		notes = append(notes, "OutboundCallerConfig.OutboundCallerIdNumberId: phone numbers are not carried")
	}
	if d["OutboundEmailConfig"] != nil {
		delete(d, "OutboundEmailConfig")
		notes = append(notes, "OutboundEmailConfig: e-mail addresses are not carried")
	}
	if d["DirectoryUserId"] != nil {
		delete(d, "DirectoryUserId")
		notes = append(notes, "DirectoryUserId: it belongs to the instance's directory")
	}
	if uri, _ := d["S3Uri"].(string); uri != "" {
		if _, err := url.PathUnescape(uri); err != nil {
			notes = append(notes, "S3Uri: its text is not percent-encoded")
		}
	}
	return notes
}
