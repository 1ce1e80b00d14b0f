"""Reads a config.pbtxt from standard input with the parser of protocol buffers and prints it as JSON.

The messages are the part of Triton's model_config.proto that Descent writes, with its names, types and numbers of fields.
"""

import sys

from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory, text_format

STRING, INT32, INT64, UINT64, ENUM, MESSAGE = 9, 5, 3, 4, 14, 11
TYPES = "INVALID BOOL UINT8 UINT16 UINT32 UINT64 INT8 INT16 INT32 INT64 FP16 FP32 FP64 STRING BF16".split()
MESSAGES = {
    "ModelTensorReshape": [("shape", 1, INT64, True)],
    "ModelInput": [
        ("name", 1, STRING, False),
        ("data_type", 2, ".t.DataType", False),
        ("dims", 4, INT64, True),
        ("reshape", 5, ".t.ModelTensorReshape", False),
    ],
    "ModelOutput": [
        ("name", 1, STRING, False),
        ("data_type", 2, ".t.DataType", False),
        ("dims", 3, INT64, True),
        ("label_filename", 4, STRING, False),
        ("reshape", 5, ".t.ModelTensorReshape", False),
    ],
    "ModelDynamicBatching": [("max_queue_delay_microseconds", 2, UINT64, False)],
    "ModelConfig": [
        ("name", 1, STRING, False),
        ("platform", 2, STRING, False),
        ("max_batch_size", 4, INT32, False),
        ("input", 5, ".t.ModelInput", True),
        ("output", 6, ".t.ModelOutput", True),
        ("dynamic_batching", 11, ".t.ModelDynamicBatching", False),
        ("backend", 17, STRING, False),
    ],
}

file = descriptor_pb2.FileDescriptorProto(name="t.proto", package="t", syntax="proto3")
enum = file.enum_type.add(name="DataType")
for number, name in enumerate(TYPES):
    enum.value.add(name=f"TYPE_{name}", number=number)
for name, fields in MESSAGES.items():
    message = file.message_type.add(name=name)
    for field, number, kind, repeated in fields:
        added = message.field.add(name=field, number=number, label=3 if repeated else 1)
        if isinstance(kind, str):
            added.type = ENUM if kind == ".t.DataType" else MESSAGE
            added.type_name = kind
        else:
            added.type = kind
pool = descriptor_pool.DescriptorPool()
pool.Add(file)
config = message_factory.GetMessageClass(pool.FindMessageTypeByName("t.ModelConfig"))()
text_format.Parse(sys.stdin.read(), config)
print(json_format.MessageToJson(config, preserving_proto_field_name=True))
