package access_test

import (
	"maps"
	"net/http"
	"strings"

	"github.com/google/uuid"
)

// attach attaches files to the contact of an instance.
func (w *world) attach(made *objects, name string) {
	made.file = w.upload(made.connection, name)
	w.Bearer(made.connection, "/participant/complete-attachment-upload", members{"AttachmentIds": []string{made.file}, "ClientToken": "t"}).Want(w.t, 200, "")
	made.pending = w.upload(made.connection, name)
	made.attached = w.fromOutside(*made, name)
	w.Signed("POST", outside(*made, made.attached), "{}").Want(w.t, 200, "")
}

func outside(o objects, file string) string {
	return "/attached-files/" + o.instance + "/" + file + "?associatedResourceArn=" + o.arn + "/contact/" + o.contact
}

// upload uploads a file that nobody completes yet, and returns its id.
func (w *world) upload(connection, name string) string {
	start := members{"AttachmentName": name + ".txt", "ContentType": "text/plain", "AttachmentSizeInBytes": len(name), "ClientToken": uuid.NewString()}
	made := w.Bearer(connection, "/participant/start-attachment-upload", start).Want(w.t, 200, "").Members(w.t)
	w.put(made["UploadMetadata"].(map[string]any)["Url"].(string), name)
	return made["AttachmentId"].(string)
}

// fromOutside uploads a file that nobody completes yet to the contact of an instance, and returns its id.
func (w *world) fromOutside(o objects, name string) string {
	start := members{"FileName": name + ".txt", "FileSizeInBytes": len(name), "FileUseCaseType": "ATTACHMENT"}
	path := "/attached-files/" + o.instance + "?associatedResourceArn=" + o.arn + "/contact/" + o.contact
	made := w.Signed("PUT", path, start).Want(w.t, 200, "").Members(w.t)
	w.put(made["UploadUrlMetadata"].(map[string]any)["Url"].(string), name)
	return made["FileId"].(string)
}

func (w *world) put(url, body string) {
	req, err := http.NewRequest(http.MethodPut, url, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		w.t.Fatalf("PUT of a file: %d", answer.StatusCode)
	}
}

func fileRows() map[string]row {
	all := attachedRows()
	maps.Copy(all, map[string]row{
		"DescribeAttachedFilesConfiguration": ofInstance(func(*world) members { return members{"AttachmentScope": "CHAT"} }, nil),
		"ListAttachedFilesConfigurations":    ofInstance(nil, paging()),
		"UpdateAttachedFilesConfiguration":   ofInstance(func(*world) members { return members{"AttachmentScope": "EMAIL", "MaximumSizeLimitInBytes": 5} }, nil),
		"StartAttachmentUpload": ofConnection(members{"AttachmentName": "a.txt", "ContentType": "text/plain", "AttachmentSizeInBytes": 1, "ClientToken": "t"},
			map[string]rule{"ClientToken": inert}, nil),
		"CompleteAttachmentUpload": {
			request: func(w *world) members {
				_, _, connection := w.start(w.t, w.own, "own")
				return members{bearer: connection, "AttachmentIds": []string{w.upload(connection, "own")}, "ClientToken": "t"}
			},
			ids: map[string]rule{
				"ConnectionToken": connectionToken, "ClientToken": inert,
				"AttachmentIds[]": refusing(denied, func(w *world) map[string]string {
					return map[string]string{
						"another instance's": w.other.pending, "another chat's": w.own.pending, "another chat's, done": w.own.file,
						"one from outside": w.own.attached, "a contact": w.own.contact,
					}
				}),
			},
		},
		"GetAttachment": {
			request: func(w *world) members { return members{bearer: w.own.connection, "AttachmentId": w.own.file} },
			ids: map[string]rule{
				"ConnectionToken": both(connectionToken, one("another chat's", denied, func(w *world) string { return w.own.viewer })),
				"AttachmentId": refusing(denied, func(w *world) map[string]string {
					return map[string]string{
						"another instance's": w.other.file, "only begun": w.own.pending, "one from outside": w.own.attached, "a contact": w.own.contact,
					}
				}),
			},
		},
	})
	return all
}

// ofFile is the row of an operation on a file of a contact.
func ofFile(file func(w *world) (contact, file string)) row {
	return row{
		request: func(w *world) members {
			contact, id := file(w)
			return members{"InstanceId": w.own.instance, "AssociatedResourceArn": w.own.arn + "/contact/" + contact, "FileId": id}
		},
		ids: map[string]rule{
			"InstanceId": instanceID(notFound), "AssociatedResourceArn": both(associated, one("another contact of the instance", notFound, func(w *world) string { return w.own.ended })),
			"FileId": refusing(notFound, func(w *world) map[string]string {
				return map[string]string{"another instance's": w.other.attached, "another instance's attachment": w.other.file, "a contact": w.own.contact}
			}),
		},
	}
}

// associated: a contact of the instance, by id or ARN.
func associated(w *world) []target {
	return both(foreignARNs(badMember, badMember), refusing(notFound, func(w *world) map[string]string {
		return map[string]string{
			"another instance's": w.other.contact, "another's under our ARN": w.own.arn + "/contact/" + w.other.contact, "a flow": w.own.flow,
		}
	}))(w)
}

func attachedRows() map[string]row {
	pending := func(w *world) (contact, file string) {
		on := w.own
		on.contact = w.fresh()
		return on.contact, w.fromOutside(on, "own")
	}
	batch := ofFile(nil)
	batch.request = func(w *world) members {
		return members{
			"InstanceId": w.own.instance, "AssociatedResourceArn": w.own.arn + "/contact/" + w.own.contact, "FileIds": []string{w.own.attached},
		}
	}
	delete(batch.ids, "FileId")
	batch.ids["AssociatedResourceArn"] = foreignARNs(badMember, badMember)
	batch.ids["FileIds[]"] = func(w *world) []target {
		targets := refusing(ok, func(w *world) map[string]string {
			return map[string]string{"another instance's": w.other.attached, "another instance's attachment": w.other.file}
		})(w)
		for i := range targets {
			targets[i].idle = true
		}
		return targets
	}
	start := ofInstance(func(w *world) members {
		return members{
			"AssociatedResourceArn": w.own.arn + "/contact/" + w.fresh(), "FileName": "a.txt", "FileSizeInBytes": 1, "FileUseCaseType": "ATTACHMENT",
		}
	}, map[string]rule{
		"ClientToken": inert, "CreatedBy.ConnectUserArn": inert, "CreatedBy.AWSIdentityArn": inert,
		"AssociatedResourceArn": both(associated, one("ended", ok, func(w *world) string { return w.own.ended })),
	})
	start.ids["InstanceId"] = instanceID(notFound)
	return map[string]row{
		"StartAttachedFileUpload": start, "CompleteAttachedFileUpload": ofFile(pending), "DeleteAttachedFile": ofFile(pending),
		"GetAttachedFile": ofFile(func(w *world) (contact, file string) { return w.own.contact, w.own.attached }), "BatchGetAttachedFileMetadata": batch,
	}
}
