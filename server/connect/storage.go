package connect

import (
	"context"

	"parley/api/connect"
	"parley/app/admin"
	"parley/internal/fault"
	"parley/server/connect/request"
)

// AssociateInstanceStorageConfig notes where an instance is to keep a type of data.
func (s *Server) AssociateInstanceStorageConfig(ctx context.Context, in *connect.AssociateInstanceStorageConfigInput) (*connect.AssociateInstanceStorageConfigOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	a, err := storageIn(&in.StorageConfig)
	if err != nil {
		return nil, err
	}
	a.InstanceID, a.Name = scope.Instance, in.ResourceType
	a, err = s.o.Admin.AssociateStorage(ctx, a, request.TokenOf("AssociateInstanceStorageConfig", in.ClientToken, a))
	if err != nil {
		return nil, err
	}
	return &connect.AssociateInstanceStorageConfigOutput{AssociationId: &a.ID}, nil
}

// storageIn reads a configuration: of the place that StorageType names, and of no other.
func storageIn(in *connect.InstanceStorageConfig) (a admin.Storage, err error) {
	a.Type = in.StorageType
	given := map[string]bool{
		connect.StorageTypeS3: in.S3Config != nil, connect.StorageTypeKinesisVideoStream: in.KinesisVideoStreamConfig != nil,
		connect.StorageTypeKinesisStream: in.KinesisStreamConfig != nil, connect.StorageTypeKinesisFirehose: in.KinesisFirehoseConfig != nil,
	}
	for name, there := range given {
		if there != (name == a.Type) {
			return a, fault.New(fault.Rule, "StorageConfig must configure %s and nothing else", a.Type)
		}
	}
	var key *connect.EncryptionConfig
	switch {
	case in.S3Config != nil:
		a.Place, a.Prefix, key = in.S3Config.BucketName, in.S3Config.BucketPrefix, in.S3Config.EncryptionConfig
	case in.KinesisVideoStreamConfig != nil:
		v := in.KinesisVideoStreamConfig
		a.Prefix, a.Hours, key = v.Prefix, v.RetentionPeriodHours, &v.EncryptionConfig
	case in.KinesisStreamConfig != nil:
		a.Place = in.KinesisStreamConfig.StreamArn
	default:
		a.Place = in.KinesisFirehoseConfig.FirehoseArn
	}
	if key != nil {
		a.KeyType, a.KeyID = key.EncryptionType, key.KeyId
	}
	return a, nil
}

func storageOf(a *admin.Storage) connect.InstanceStorageConfig {
	out := connect.InstanceStorageConfig{AssociationId: &a.ID, StorageType: a.Type}
	key := connect.EncryptionConfig{EncryptionType: a.KeyType, KeyId: a.KeyID}
	switch a.Type {
	case connect.StorageTypeS3:
		out.S3Config = &connect.S3Config{BucketName: a.Place, BucketPrefix: a.Prefix}
		if a.KeyType != "" {
			out.S3Config.EncryptionConfig = &key
		}
	case connect.StorageTypeKinesisVideoStream:
		out.KinesisVideoStreamConfig = &connect.KinesisVideoStreamConfig{Prefix: a.Prefix, RetentionPeriodHours: a.Hours, EncryptionConfig: key}
	case connect.StorageTypeKinesisStream:
		out.KinesisStreamConfig = &connect.KinesisStreamConfig{StreamArn: a.Place}
	default:
		out.KinesisFirehoseConfig = &connect.KinesisFirehoseConfig{FirehoseArn: a.Place}
	}
	return out
}

// DescribeInstanceStorageConfig tells where an instance is to keep a type of data.
func (s *Server) DescribeInstanceStorageConfig(ctx context.Context, in *connect.DescribeInstanceStorageConfigInput) (*connect.DescribeInstanceStorageConfigOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	a, err := s.o.Admin.Storage(ctx, scope.Instance, in.ResourceType, in.AssociationId)
	if err != nil {
		return nil, err
	}
	return &connect.DescribeInstanceStorageConfigOutput{StorageConfig: new(storageOf(&a))}, nil
}

// UpdateInstanceStorageConfig changes where an instance is to keep a type of data.
func (s *Server) UpdateInstanceStorageConfig(ctx context.Context, in *connect.UpdateInstanceStorageConfigInput) (*connect.UpdateInstanceStorageConfigOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	a, err := storageIn(&in.StorageConfig)
	if err != nil {
		return nil, err
	}
	a.InstanceID, a.Name, a.ID = scope.Instance, in.ResourceType, in.AssociationId
	return &connect.UpdateInstanceStorageConfigOutput{}, s.o.Admin.UpdateStorage(ctx, a)
}

// DisassociateInstanceStorageConfig forgets where an instance is to keep a type of data.
func (s *Server) DisassociateInstanceStorageConfig(ctx context.Context, in *connect.DisassociateInstanceStorageConfigInput) (*connect.DisassociateInstanceStorageConfigOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	return &connect.DisassociateInstanceStorageConfigOutput{}, s.o.Admin.DisassociateStorage(ctx, scope.Instance, in.ResourceType, in.AssociationId)
}

// ListInstanceStorageConfigs lists where an instance is to keep a type of data.
func (s *Server) ListInstanceStorageConfigs(ctx context.Context, in *connect.ListInstanceStorageConfigsInput) (*connect.ListInstanceStorageConfigsOutput, error) {
	scope, page, err := s.Paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, 10)
	if err != nil {
		return nil, err
	}
	all, next, err := s.o.Admin.Storages(ctx, scope.Instance, in.ResourceType, page)
	if err != nil {
		return nil, err
	}
	out := &connect.ListInstanceStorageConfigsOutput{NextToken: request.Next(next), StorageConfigs: []connect.InstanceStorageConfig{}}
	for i := range all {
		out.StorageConfigs = append(out.StorageConfigs, storageOf(&all[i]))
	}
	return out, nil
}
