// Runs in the browser: starts a chat with the official chat interface, as a site does.
"use strict";

function begin({ endpoint, region, apiGatewayEndpoint, types, more }) {
  connect.ChatSession.setGlobalConfig({ endpoint, region });
  connect.ChatInterface.init({ containerId: "root" });
  return new Promise((resolve, reject) => {
    connect.ChatInterface.initiateChat({
      name: "Ada", region, apiGatewayEndpoint, supportedMessagingContentTypes: types,
      contactAttributes: JSON.stringify({ customerName: "Ada" }), featurePermissions: { ATTACHMENTS: true },
      contactFlowId: "the widget's", instanceId: "the widget's", ...more,
    }, () => resolve(true), (error) => reject(new Error(JSON.stringify(error))));
  });
}
