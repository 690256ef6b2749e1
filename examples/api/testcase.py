"""A test case in Amazon Connect's Testing language: made, executed, its records read.

    python3 examples/api/testcase.py INSTANCE-ID

Makes the flow of ../flows/delivery.json and a test case for it (delivery-test.json), in
which the function is answered by the test. Needs boto3 and the variables of docs/clients.md.
"""
import json
import pathlib
import sys

import boto3

HERE = pathlib.Path(__file__).parent
instance = sys.argv[1]
connect = boto3.client("connect")

flow = connect.create_contact_flow(
    InstanceId=instance, Name="Delivery", Type="CONTACT_FLOW", Content=(HERE / "../flows/delivery.json").read_text()
)["ContactFlowId"]
case = connect.create_test_case(
    InstanceId=instance,
    Name="The customer wants another day",
    Content=(HERE / "delivery-test.json").read_text(),
    EntryPoint={"Type": "CHAT", "ChatEntryPointParameters": {"FlowId": flow}},
    Status="PUBLISHED",
)["TestCaseId"]
run = connect.start_test_case_execution(InstanceId=instance, TestCaseId=case)["TestCaseExecutionId"]
which = {"InstanceId": instance, "TestCaseId": case, "TestCaseExecutionId": run}
for record in connect.list_test_case_execution_records(**which)["ExecutionRecords"]:
    print(record["Status"], json.loads(record["Record"])["Type"])
summary = connect.get_test_case_execution_summary(**which)
print(summary["Status"], summary["ObservationSummary"])
sys.exit(0 if summary["Status"] == "PASSED" else 1)
