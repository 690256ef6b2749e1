package access_test

import "strings"

// houseRows are those of hours of operation and of what belongs to an instance as a whole.
func houseRows() map[string]row {
	all := map[string]row{}
	for _, some := range []map[string]row{hoursRows(), overrideRows(), settingRows(), storageRows()} {
		for name, r := range some {
			all[name] = r
		}
	}
	return all
}

// with adds members to the request of a row.
func (r row) with(more func(w *world) members) row {
	bare := r.request
	r.request = func(w *world) members {
		request := bare(w)
		for name, value := range more(w) {
			request[name] = value
		}
		return request
	}
	return r
}

func (w *world) freshHours() string { return w.hours(w.own, name()) }

func (w *world) hours(in objects, name string) string {
	return w.made("PUT", "/hours-of-operations/"+in.instance, members{"Name": name, "TimeZone": "UTC", "Config": []any{}})["HoursOfOperationId"].(string)
}

func onHours(own func(w *world) string, more members) row {
	return ofThing("HoursOfOperationId", own, func(o objects) string { return o.hours }, more)
}

func hoursRows() map[string]row {
	own := func(w *world) string { return w.own.hours }
	return map[string]row{
		"DescribeHoursOfOperation":        onHours(own, nil),
		"UpdateHoursOfOperation":          onHours((*world).freshHours, members{"Description": "x"}),
		"DeleteHoursOfOperation":          onHours((*world).freshHours, nil),
		"ListHoursOfOperations":           ofInstance(nil, paging()),
		"SearchHoursOfOperations":         ofInstance(nil, paging()),
		"GetEffectiveHoursOfOperations":   onHours(own, members{"FromDate": "2026-05-01", "ToDate": "2026-05-02"}),
		"SearchHoursOfOperationOverrides": ofInstance(nil, paging()),
	}
}

func overrideMembers(name string) members {
	return members{"Name": name, "Config": []any{}, "EffectiveFrom": "2026-05-01", "EffectiveTill": "2026-05-02"}
}

func (w *world) override(in objects, name string) string {
	return w.overrideOf(in, in.hours, name)
}

func (w *world) overrideOf(in objects, hours, name string) string {
	made := w.made("PUT", "/hours-of-operations/"+in.instance+"/"+hours+"/overrides", overrideMembers(name))
	return made["HoursOfOperationOverrideId"].(string)
}

func overrideRows() map[string]row {
	own := func(w *world) string { return w.own.hours }
	on := func(names func(w *world) members, more members) row {
		r := onHours(own, more).with(names)
		r.ids["HoursOfOperationOverrideId"] = short(refusing(notFound, func(w *world) map[string]string {
			return map[string]string{"another instance's": w.other.override, "hours": w.own.hours}
		}), 36)
		return r
	}
	fresh := func(w *world) members {
		hours := w.freshHours()
		return members{"HoursOfOperationId": hours, "HoursOfOperationOverrideId": w.overrideOf(w.own, hours, name())}
	}
	return map[string]row{
		"CreateHoursOfOperationOverride":   onHours((*world).freshHours, nil).with(func(*world) members { return overrideMembers(name()) }),
		"DescribeHoursOfOperationOverride": on(func(w *world) members { return members{"HoursOfOperationOverrideId": w.own.override} }, nil),
		"UpdateHoursOfOperationOverride":   on(fresh, members{"Description": "x"}),
		"DeleteHoursOfOperationOverride":   on(fresh, nil),
		"ListHoursOfOperationOverrides":    onHours(own, nil).also(paging()),
	}
}

// short is a rule for a member of so many characters at most: longer ones are refused by it.
func short(r rule, most int) rule {
	return func(w *world) []target {
		targets := r(w)
		for i := range targets {
			if len(targets[i].value) > most {
				targets[i].want = badMember
			}
		}
		return targets
	}
}

func pemKey() string {
	return "-----BEGIN PUBLIC KEY-----\n" + strings.ReplaceAll(name(), "-", "") + "AAAA\n-----END PUBLIC KEY-----\n"
}

func settingRows() map[string]row {
	tokens := map[string]rule{"ClientToken": inert}
	foreign := func(of func(o objects) string) rule {
		return refusing(notFound, func(w *world) map[string]string { return map[string]string{"another instance's": of(w.other)} })
	}
	origin := func(*world) members { return members{"Origin": "https://" + name() + ".example"} }
	integration := func(*world) members { return members{"IntegrationType": "APPLICATION", "IntegrationArn": name()} }
	deleteKey := ofInstance(func(w *world) members { return members{"AssociationId": w.freshKey()} }, tokens)
	deleteKey.ids["AssociationId"] = foreign(func(o objects) string { return o.key })
	deleteIntegration := ofThing("IntegrationAssociationId", func(w *world) string {
		return w.made("PUT", "/instance/"+w.own.instance+"/integration-associations", integration(w))["IntegrationAssociationId"].(string)
	}, func(o objects) string { return o.integration }, nil)
	return map[string]row{
		"DescribeInstanceAttribute": ofInstance(func(*world) members { return members{"AttributeType": "EARLY_MEDIA"} }, nil),
		"ListInstanceAttributes":    ofInstance(nil, paging()),
		"UpdateInstanceAttribute": ofInstance(func(*world) members {
			return members{"AttributeType": "EARLY_MEDIA", "Value": "false"}
		}, tokens),
		"AssociateApprovedOrigin": ofInstance(origin, tokens),
		"DisassociateApprovedOrigin": ofInstance(func(w *world) members {
			m := origin(w)
			w.made("PUT", "/instance/"+w.own.instance+"/approved-origin", m)
			return m
		}, tokens),
		"ListApprovedOrigins": ofInstance(nil, paging()),
		"AssociateSecurityKey": ofInstance(func(w *world) members {
			w.forgetKeys()
			return members{"Key": pemKey()}
		}, tokens),
		"DisassociateSecurityKey":      deleteKey,
		"ListSecurityKeys":             ofInstance(nil, paging()),
		"CreateIntegrationAssociation": ofInstance(integration, map[string]rule{"IntegrationArn": inert}),
		"DeleteIntegrationAssociation": deleteIntegration,
		"ListIntegrationAssociations":  ofInstance(nil, paging()).also(map[string]rule{"IntegrationArn": inert}),
		"SearchResourceTags":           ofInstance(nil, paging()).also(map[string]rule{"InstanceId": matching(instancePattern, wideInstanceID())}),
	}
}

// forgetKeys makes room for a security key of our own instance.
func (w *world) forgetKeys() {
	for _, k := range w.made("GET", "/instance/"+w.own.instance+"/security-keys", "")["SecurityKeys"].([]any) {
		w.made("DELETE", "/instance/"+w.own.instance+"/security-key/"+k.(map[string]any)["AssociationId"].(string), "")
	}
}

func (w *world) freshKey() string {
	w.forgetKeys()
	return w.key(w.own)
}

func (w *world) key(in objects) string {
	return w.made("PUT", "/instance/"+in.instance+"/security-key", members{"Key": pemKey()})["AssociationId"].(string)
}

// storage makes a storage configuration of scheduled reports.
func (w *world) storage(in objects) string {
	return w.made("PUT", "/instance/"+in.instance+"/storage-config", storageMembers(""))["AssociationId"].(string)
}

func storageMembers(id string) members {
	m := members{"ResourceType": "SCHEDULED_REPORTS", "StorageConfig": members{"StorageType": "S3", "S3Config": members{"BucketName": "x", "BucketPrefix": "y"}}}
	if id != "" {
		m["AssociationId"] = id
	}
	return m
}

// freshStorage makes the configuration anew where it is there.
func (w *world) freshStorage() string {
	w.forgetStorage()
	return w.storage(w.own)
}

func (w *world) forgetStorage() {
	path := "/instance/" + w.own.instance + "/storage-config"
	for _, c := range w.made("GET", path+"s?resourceType=SCHEDULED_REPORTS", "")["StorageConfigs"].([]any) {
		w.made("DELETE", path+"/"+c.(map[string]any)["AssociationId"].(string)+"?resourceType=SCHEDULED_REPORTS", "")
	}
}

// placeRules are those of the members inside a configuration of S3: ids are kept as they are, other places are refused.
func placeRules() map[string]rule {
	return map[string]rule{
		"StorageConfig.AssociationId":                                   inert,
		"StorageConfig.KinesisFirehoseConfig.FirehoseArn":               unsupported(nil),
		"StorageConfig.KinesisStreamConfig.StreamArn":                   unsupported(nil),
		"StorageConfig.KinesisVideoStreamConfig.EncryptionConfig.KeyId": refusing(badMember, nil),
		"StorageConfig.S3Config.EncryptionConfig.KeyId":                 needing(inert, map[string]string{"StorageConfig.S3Config.EncryptionConfig.EncryptionType": "KMS"}),
	}
}

func storageRows() map[string]row {
	on := func(request func(w *world) members) row {
		r := ofInstance(request, map[string]rule{"ClientToken": inert})
		r.ids["AssociationId"] = refusing(notFound, func(w *world) map[string]string {
			return map[string]string{"another instance's": w.other.storage, "a flow": w.own.flow}
		})
		r.ids["InstanceId"] = instanceID(notFound)
		return r
	}
	just := func(w *world) members {
		return members{"AssociationId": w.freshStorage(), "ResourceType": "SCHEDULED_REPORTS"}
	}
	create := ofInstance(func(w *world) members {
		w.forgetStorage()
		return storageMembers("")
	}, map[string]rule{"ClientToken": inert}).also(placeRules())
	return map[string]row{
		"AssociateInstanceStorageConfig": create,
		"DescribeInstanceStorageConfig":  on(just),
		"UpdateInstanceStorageConfig": on(func(w *world) members {
			m := storageMembers(w.freshStorage())
			delete(m, "ResourceType")
			m["resourceType"] = inQuery("SCHEDULED_REPORTS")
			return m
		}).also(placeRules()),
		"DisassociateInstanceStorageConfig": on(just),
		"ListInstanceStorageConfigs":        ofInstance(func(*world) members { return members{"ResourceType": "SCHEDULED_REPORTS"} }, paging()),
	}
}
